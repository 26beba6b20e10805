#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/target/program_files.h"

namespace heapscan::dump::cpython {

/// The addresses [begin, end).
struct AddressRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Writable static variables of a program file.
struct StaticData {
  AddressRange range;
  std::string file;  ///< Its name without directories.
};

/// The variables that the files of a program have in its writable memory, those that begin as zeros
/// included, by the files' program headers: what adjoins them in memory belongs to others. Of a
/// file that cannot be had, what is mapped from the file itself. Those of the file `interpreter`
/// come first, then by address; libraries that know nothing of Python are left out. Cost: reads the
/// headers of each file.
[[nodiscard]] std::vector<StaticData> find_static_data(const ProgramFiles& program,
                                                       const std::string& interpreter);

}  // namespace heapscan::dump::cpython
