#include "cli/input/address_option.h"

#include <string>

#include "cli/input/selection.h"

namespace heapscan::cli {

CLI::Validator address_validator() {
  return CLI::Validator(
      [](const std::string& text) {
        return parse_address(text) ? std::string()
                                   : "'" + text + "' is not an address such as 0x7f31c8d0";
      },
      "");
}

}  // namespace heapscan::cli
