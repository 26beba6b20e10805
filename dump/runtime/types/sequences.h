#pragma once

#include <cstdint>
#include <vector>

#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

/// Positions start at 0; a position out of range throws Error(kUsage), as does an empty item.
namespace tuple {

/// The empty tuple is one shared object.
[[nodiscard]] Ref make(ObjectHeap& heap,
                       const std::vector<View>& items,
                       SourcePlace place = SourcePlace::current());

}  // namespace tuple

namespace list {

[[nodiscard]] Ref make(ObjectHeap& heap,
                       const std::vector<View>& items = {},
                       SourcePlace place = SourcePlace::current());
[[nodiscard]] std::uint64_t size(View list);
[[nodiscard]] Ref get(View list, std::uint64_t position);
void set(View list, std::uint64_t position, View item);
void append(View list, View item);
void insert(View list, std::uint64_t position, View item);

/// Removes the item from the list and returns it.
Ref remove_at(View list, std::uint64_t position);
Ref pop(View list);
void clear(View list);

}  // namespace list

/// A double-ended queue. CPython's is a chain of blocks, this one is a ring buffer: sizes differ.
namespace deque {

[[nodiscard]] Ref make(ObjectHeap& heap,
                       const std::vector<View>& items = {},
                       SourcePlace place = SourcePlace::current());
[[nodiscard]] std::uint64_t size(View deque);
[[nodiscard]] Ref get(View deque, std::uint64_t position);
void append(View deque, View item);
void append_left(View deque, View item);
Ref pop(View deque);
Ref pop_left(View deque);

}  // namespace deque

}  // namespace heapscan::dump::runtime
