#include "cli/verb/verb.h"

#include <sstream>

namespace heapscan::cli {

std::vector<std::string> names_of(const Option& option) {
  std::vector<std::string> names;
  std::istringstream text(option.names);
  for (std::string name; std::getline(text, name, ',');) {
    names.push_back(name);
  }
  return names;
}

}  // namespace heapscan::cli
