#pragma once

#include <cstdint>
#include <vector>

#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

/// Keys are compared by value (see values.h) and keep the order in which they were first inserted.
/// A key that cannot be hashed throws Error(kUsage).
namespace dict {

[[nodiscard]] Ref make(ObjectHeap& heap, SourcePlace place = SourcePlace::current());
[[nodiscard]] std::uint64_t size(View dict);

/// If an equal key exists, keeps it and replaces its value.
void set(View dict, View key, View value);

/// Empty if the key does not exist.
[[nodiscard]] Ref find(View dict, View key);

/// Throws Error(kUsage) if the key does not exist.
[[nodiscard]] Ref get(View dict, View key);

/// Removes the key and returns its value; throws Error(kUsage) if it does not exist.
Ref remove(View dict, View key);
void clear(View dict);
[[nodiscard]] std::vector<Ref> keys(View dict);

}  // namespace dict

namespace set {

[[nodiscard]] Ref make(ObjectHeap& heap,
                       const std::vector<View>& items = {},
                       SourcePlace place = SourcePlace::current());
[[nodiscard]] std::uint64_t size(View set);
void add(View set, View item);
[[nodiscard]] bool contains(View set, View item);

/// Throws Error(kUsage) if the item does not exist.
void remove(View set, View item);

}  // namespace set

}  // namespace heapscan::dump::runtime
