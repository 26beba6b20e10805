#pragma once

#include <string>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/cpython/target/program_files.h"

namespace heapscan::dump::cpython {

/// Writable static variables of a program file.
struct StaticData {
  AddressRange range;
  std::string file;  ///< Its name without directories.
};

/// The variables of a program's files in its writable memory, including zero-initialized ones,
/// according to the files' program headers: adjacent memory may belong to something else. For a
/// file that cannot be opened, the memory mapped from it. Those of the file `interpreter` come
/// first, the rest by address; libraries that know nothing about Python are left out. Cost: reads
/// the headers of each file.
[[nodiscard]] std::vector<StaticData> find_static_data(const ProgramFiles& program,
                                                       const std::string& interpreter);

}  // namespace heapscan::dump::cpython
