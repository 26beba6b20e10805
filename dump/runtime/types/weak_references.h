#pragma once

#include <cstdint>
#include <vector>

#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

/// References that do not keep their object alive.
namespace weak {

/// `callback`: a function that is called with the weak reference when its object has died, if the
/// weak reference is still alive then. If empty, an existing weak reference without a callback is
/// shared. Throws Error(kUsage) for objects that cannot have weak references: numbers, strings,
/// tuples, lists, dicts, cells, and instances of classes with has_weak_list unset.
[[nodiscard]] Ref make(View object, View callback = {}, SourcePlace place = SourcePlace::current());

/// Empty if the object has died.
[[nodiscard]] Ref get(View weak_reference);

/// How many weak references to the object there are.
[[nodiscard]] std::uint64_t count(View object);

}  // namespace weak

/// Python's weakref.WeakValueDictionary: an instance that holds a dict of weak references, each
/// with a callback that removes its key. The callback refers to the instance weakly.
namespace weak_value_dict {

[[nodiscard]] Ref make(ObjectHeap& heap, SourcePlace place = SourcePlace::current());
void set(View weak_value_dict, View key, View value);

/// Empty if the key does not exist or its value has died.
[[nodiscard]] Ref find(View weak_value_dict, View key);
[[nodiscard]] std::uint64_t size(View weak_value_dict);

}  // namespace weak_value_dict

}  // namespace heapscan::dump::runtime
