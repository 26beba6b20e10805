#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dump/runtime/lifetime/call.h"
#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

namespace cell {

/// `content` may be empty.
[[nodiscard]] Ref make(ObjectHeap& heap, View content, SourcePlace place = SourcePlace::current());

void set(View cell, View content);

}  // namespace cell

namespace function {

struct FreeVariable {
  std::string name;
  View cell;
};

/// Throws Error(kUsage) if a free variable is not a cell.
[[nodiscard]] Ref make(ObjectHeap& heap,
                       std::string_view name,
                       Body body,
                       const std::vector<FreeVariable>& free_variables = {},
                       SourcePlace place = SourcePlace::current());

/// Returns what the body returns, or None if that is empty.
Ref call(View function, const std::vector<View>& arguments = {});

}  // namespace function

namespace module {

/// A module with an empty dict. It is not registered: see Runtime::add_module.
[[nodiscard]] Ref make(ObjectHeap& heap,
                       std::string_view name,
                       SourcePlace place = SourcePlace::current());

void set(View module, std::string_view name, View value);

/// Throws Error(kUsage) if there is no such variable.
[[nodiscard]] Ref get(View module, std::string_view name);

}  // namespace module

/// A frame that is not running, like that of a generator: a function's name and its variables.
namespace suspended_frame {

struct Local {
  std::string name;
  View value;  ///< May be empty: a variable without a value.
};

[[nodiscard]] Ref make(ObjectHeap& heap,
                       std::string_view function,
                       const std::vector<Local>& locals,
                       SourcePlace place = SourcePlace::current());

/// Empty if the variable has no value. Throws Error(kUsage) if there is no such variable.
[[nodiscard]] Ref get(View frame, std::string_view name);
void set(View frame, std::string_view name, View value);

/// Drops all variables, as a generator does when it finishes.
void finish(View frame);

}  // namespace suspended_frame

}  // namespace heapscan::dump::runtime
