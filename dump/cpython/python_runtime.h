#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/process_maps.h"

namespace heapscan::dump::cpython {

/// Where the interpreter of a process is, and which it is.
struct PythonRuntime {
  std::uint64_t address = 0;  ///< Of the variable _PyRuntime.
  unsigned major = 0;
  unsigned minor = 0;
  unsigned micro = 0;
  std::string version;  ///< "3.11.2", "3.11.0rc1".
  std::string file;     ///< The program or library that it lies in.
};

/// Finds the interpreter in a process: in the library libpython*.so if there is one, else in the
/// program itself; by the symbol _PyRuntime, which strip keeps, or the section .PyRuntime.
/// Throws Error(kTarget): not a CPython process, or a version that heapscan cannot read.
[[nodiscard]] PythonRuntime find_python_runtime(pid_t pid,
                                                const std::vector<MemoryMapping>& mappings);

}  // namespace heapscan::dump::cpython
