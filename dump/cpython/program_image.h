#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dump/cpython/capture.h"
#include "dump/cpython/interpreter/native_thread_ids.h"
#include "dump/cpython/interpreter/python_runtime.h"
#include "dump/cpython/target/memory_image.h"
#include "dump/cpython/target/process_maps.h"
#include "dump/cpython/target/static_data.h"
#include "dump/heap.h"
#include "dump/process_facts.h"

namespace heapscan::dump::cpython {

/// The memory of a program that runs CPython and other known facts: everything that the graph of
/// its objects is read from. Nothing in the image is trusted.
struct ProgramImage {
  std::string name;  ///< The start of messages about it: "process 42".
  MemoryImage memory;
  PythonRuntime runtime;
  std::vector<StaticData> static_data;  ///< See find_static_data().
  std::vector<MemoryMapping> mappings;
  std::vector<std::uint64_t> copied_bytes;  ///< By row of `mappings`.
  std::vector<NativeThread> threads;        ///< Facts about threads that the memory lacks.
  ProcessFacts facts;
};

/// The heap in the image, which is released as soon as it has been read; nothing if the image was
/// taken in the middle of a garbage collection, which splits the lists of objects. Throws
/// Error(kTarget) if the interpreter's structures are not where its version has them.
[[nodiscard]] std::optional<Heap> read_heap(ProgramImage program, const CaptureOptions& options);

}  // namespace heapscan::dump::cpython
