#include "dump/object.h"

#include <array>

namespace heapscan::dump {

std::string_view to_string(ReferenceKind kind) {
  static constexpr std::array<std::string_view, kReferenceKinds> kNames = {
      "attribute", "item", "key", "value", "cell", "local", "type", "internal", "conservative"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(RootKind kind) {
  static constexpr std::array<std::string_view, kRootKinds> kNames = {
      "module", "frame", "thread", "interpreter", "builtin", "native", "global"};
  return kNames.at(static_cast<std::size_t>(kind));
}

}  // namespace heapscan::dump
