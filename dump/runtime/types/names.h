#pragma once

#include <string_view>

#include "dump/runtime/objects/ref.h"

// The attribute dicts of modules, classes and instances. `dict` may be nullptr for one that does
// not exist (yet, or any more).

namespace heapscan::dump::runtime {

/// Throws Error(kUsage) if there is no dict.
void set_name(Object* dict, std::string_view name, View value);

/// Empty if there is none.
[[nodiscard]] Ref find_name(Object* dict, std::string_view name);

/// Returns false if there was none.
bool remove_name(Object* dict, std::string_view name);

/// The interned string.
[[nodiscard]] Ref make_name(ObjectHeap& heap, std::string_view name);

}  // namespace heapscan::dump::runtime
