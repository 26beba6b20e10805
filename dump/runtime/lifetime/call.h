#pragma once

#include <span>
#include <string_view>

#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/ref.h"

namespace heapscan::dump::runtime {

namespace function {

/// What a function's code sees of its call. Valid only during the call.
struct Call {
  View function;
  std::span<const View> arguments;

  /// The free variable of this name. Throws Error(kUsage) if the function has none, or if its cell
  /// is empty.
  [[nodiscard]] Ref free_variable(std::string_view name) const;
};

}  // namespace function

/// Runs the function's body and returns its result, which may be empty.
Ref invoke(FunctionObject* callee, std::span<const View> arguments);

}  // namespace heapscan::dump::runtime
