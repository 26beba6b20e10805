#include "dump/error.h"

#include <system_error>

namespace heapscan {

std::string system_error_text(std::string_view action, int error_number) {
  std::string text(action);
  text += ": ";
  text += std::system_category().message(error_number);
  return text;
}

}  // namespace heapscan
