#pragma once

#include "dump/heap.h"
#include "dump/heap_builder.h"
#include "dump/runtime/runtime.h"

namespace heapscan::dump::runtime {

struct DumpOptions {
  bool values = true;         ///< Previews and hashes of strings and numbers.
  bool process_facts = true;  ///< Process, host, time and memory use: what differs between runs.
  /// Addresses as Allocator::numbered_address() has them, which are the same in each run; arenas
  /// and pools keep their structure. Without process_facts, equal programs then have equal dumps.
  bool numbered_addresses = false;
};

/// Adds everything that the runtime knows to the builder, at any instant, from within a finalizer
/// or callback too: every object, dying ones included, with its exact size, count, references, weak
/// references, generation and allocation site; modules, globals, variables of running frames and
/// the runtime's shared objects as roots that count; arenas and pools. What the program's Refs hold
/// is not explained.
void fill_heap(const Runtime& runtime, const DumpOptions& options, HeapBuilder& builder);

/// The runtime's heap, with a native root for each object that a Ref holds.
[[nodiscard]] Heap dump_heap(const Runtime& runtime, const DumpOptions& options = {});

}  // namespace heapscan::dump::runtime
