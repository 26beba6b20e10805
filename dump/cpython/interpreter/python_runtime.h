#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/layouts/layout.h"
#include "dump/cpython/target/address.h"
#include "dump/cpython/target/program_files.h"

namespace heapscan::dump::cpython {

/// The interpreter of a process: its version, and where it is.
struct PythonRuntime {
  const Layout* layout = nullptr;  ///< Of this build of the version.
  Address address;                 ///< Of the variable _PyRuntime.
  unsigned major = 0;
  unsigned minor = 0;
  unsigned micro = 0;
  std::string version;  ///< "3.11.2", "3.11.0rc1".
  std::string file;     ///< The program or library that contains it.
  /// The addresses of the layout's static roots, in their order; null if the symbol was stripped.
  std::vector<Address> statics;
};

/// Finds the interpreter of a program: in the library libpython*.so if there is one, else in the
/// program itself; by the symbol _PyRuntime, which strip keeps, or the section .PyRuntime.
/// Throws Error(kTarget): not CPython, an unsupported version, or a file that cannot be read.
[[nodiscard]] PythonRuntime find_python_runtime(const ProgramFiles& program);

}  // namespace heapscan::dump::cpython
