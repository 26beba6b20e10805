#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "dump/system/file_descriptor.h"
#include "dump/system/mapped_file.h"

namespace heapscan::dump::cpython {

/// Where this machine has the files that the program of a core had mapped.
struct CoreSources {
  /// Replaces the root directory of the machine that wrote the core. Empty: this machine's.
  std::string sysroot;
  /// The program itself. Empty: the path recorded in the core.
  std::string executable;
};

/// The file of a library or program that a core names.
struct CoreLibrary {
  enum class Match {
    kMissing,    ///< Not there, or not readable.
    kDifferent,  ///< Another build.
    kSame,       ///< The build-ids are equal, or, without build-ids, the headers.
    kUnchecked,  ///< The core has nothing to compare it with.
  };

  Match match = Match::kMissing;
  std::string place;              ///< Where it is, or should be, on this machine.
  std::string build_id;           ///< Of the file at `place`; empty if it has none.
  std::string expected_build_id;  ///< Of the file that was mapped; empty if unknown.
  FileDescriptor file;            ///< Open for kSame and kUnchecked.
};

/// Looks for the file that was mapped from `path` when the core was written: at that path under the
/// root directory, or by its name directly in the sysroot; even if it had been deleted before the
/// core was written. `start` is as much of the start of the file as the core has. Symbolic links in
/// the sysroot are followed within it.
[[nodiscard]] CoreLibrary find_core_library(const CoreSources& sources,
                                            const std::string& path,
                                            bool is_executable,
                                            std::span<const std::byte> start);

}  // namespace heapscan::dump::cpython
