#include "dump/runtime/lifetime/call.h"

#include <algorithm>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/checks.h"

namespace heapscan::dump::runtime {

namespace function {

Ref Call::free_variable(std::string_view name) const {
  auto* const object = expect<FunctionObject>(function, Kind::kFunction);
  const auto& names = object->facts->cell_names;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(ErrorKind::kUsage, fmt::format("the function has no free variable '{}'", name));
  }
  Object* const cell = object->cells()[found - names.begin()];
  Object* const content = cell == nullptr ? nullptr : as<CellObject>(cell)->content;
  if (content == nullptr) {
    throw Error(ErrorKind::kUsage, fmt::format("free variable '{}' has no value", name));
  }
  return Ref(View(content));
}

}  // namespace function

Ref invoke(FunctionObject* callee, std::span<const View> arguments) {
  const Ref keep{View(callee)};  // The body may drop the last reference to it.
  return callee->facts->body({View(callee), arguments});
}

}  // namespace heapscan::dump::runtime
