#pragma once

#include <span>
#include <string_view>

#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/ref.h"

namespace heapscan::dump::runtime {

namespace function {

/// What a function's code sees of its call. Valid during the call only.
struct Call {
  View function;
  std::span<const View> arguments;

  /// The free variable of this name. Throws Error(kUsage) when the function has none, or when its
  /// cell is empty.
  [[nodiscard]] Ref free_variable(std::string_view name) const;
};

}  // namespace function

/// What the function's body returns, which may be empty.
Ref invoke(FunctionObject* callee, std::span<const View> arguments);

}  // namespace heapscan::dump::runtime
