#pragma once

#include "dump/heap.h"
#include "dump/heap_builder.h"
#include "dump/runtime/runtime.h"

namespace heapscan::dump::runtime {

struct DumpOptions {
  bool values = true;         ///< Previews and hashes of strings and numbers.
  bool process_facts = true;  ///< Process, host, time and memory use, which differ between runs.
  /// Use the addresses of Allocator::numbered_address(), which are the same in every run; arenas
  /// and pools keep their structure. Without process_facts, equal programs then produce equal
  /// dumps.
  bool numbered_addresses = false;
};

/// Adds everything that the runtime knows to the builder. May be called at any time, even from a
/// finalizer or callback: every object, dying ones included, with its exact size, count,
/// references, weak references, generation and allocation site; modules, globals, variables of
/// running frames and the runtime's shared objects as roots that count; arenas and pools.
/// References held by the program's Refs stay unexplained.
void fill_heap(const Runtime& runtime, const DumpOptions& options, HeapBuilder& builder);

/// The runtime's heap, with a native root for each object held by a Ref.
[[nodiscard]] Heap dump_heap(const Runtime& runtime, const DumpOptions& options = {});

}  // namespace heapscan::dump::runtime
