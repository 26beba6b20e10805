#pragma once

#include "tests/support/heap_dsl.h"

namespace heapscan::tests {

/// A small web shop that leaks: its module keeps a dict of sessions by user, and each request has
/// left a cycle of two nodes behind, one with a finalizer and one that keeps a string.
///
/// It contains everything that the views of a heap show: a named root, a holder, garbage, an object
/// held by native code, one of unknown layout, an immortal one, a weak reference.
struct ShopHeap {
  HeapSketch sketch;
  HeapSketch::Node module;
  HeapSketch::Node sessions;       ///< The dict.
  HeapSketch::Node first_session;  ///< Its first value.
  HeapSketch::Node first_cycle;    ///< A member of the first cycle.
};

[[nodiscard]] ShopHeap shop_heap(int sessions, int cycles);

}  // namespace heapscan::tests
