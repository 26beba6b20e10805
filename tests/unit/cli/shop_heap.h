#pragma once

#include "tests/support/heap_dsl.h"

namespace heapscan::tests {

/// A small web shop that leaks: its module keeps a dict of sessions by user, and each request left
/// a cycle of two nodes behind, of which one has a finalizer and one keeps a text.
///
/// Everything that the pages about a heap show occurs in it: a named root, a holder, garbage, an
/// object held from outside, one of unknown layout, one that is immortal, a weak reference.
struct ShopHeap {
  HeapSketch sketch;
  HeapSketch::Node module;
  HeapSketch::Node sessions;       ///< The dict.
  HeapSketch::Node first_session;  ///< Its first value.
  HeapSketch::Node first_cycle;    ///< A member of the first cycle.
};

[[nodiscard]] ShopHeap shop_heap(int sessions, int cycles);

}  // namespace heapscan::tests
