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

/// The variables of a program's files in its writable memory, zero-initialized ones included, by
/// the files' program headers: what is adjacent in memory belongs to others. For a file that cannot
/// be opened, what is mapped from it. Those of the file `interpreter` come first, then by address;
/// libraries that know nothing of Python are left out. Cost: reads the headers of each file.
[[nodiscard]] std::vector<StaticData> find_static_data(const ProgramFiles& program,
                                                       const std::string& interpreter);

}  // namespace heapscan::dump::cpython
