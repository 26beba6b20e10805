#include "cli/input/address_option.h"

#include <string>

#include "cli/input/selection.h"
#include "dump/error.h"

namespace heapscan::cli {

TakeValue address_value(std::optional<std::uint64_t>& address) {
  return [&address](const std::string& text) {
    address = parse_address(text);
    if (!address) {
      throw Error(ErrorKind::kUsage, "'" + text + "' is not an address such as 0x7f31c8d0");
    }
  };
}

}  // namespace heapscan::cli
