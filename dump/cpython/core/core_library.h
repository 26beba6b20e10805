#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "dump/system/file_descriptor.h"
#include "dump/system/mapped_file.h"

namespace heapscan::dump::cpython {

/// Where the files that the program of a core had mapped are on this machine.
struct CoreSources {
  /// Stands for the root directory of the machine that wrote the core. Empty: this machine's.
  std::string sysroot;
  /// The program itself. Empty: where the core says that it was.
  std::string executable;
};

/// The file of a library or program that a core names.
struct CoreLibrary {
  enum class Match {
    kMissing,    ///< Not there, or not readable.
    kDifferent,  ///< Another build.
    kSame,       ///< The build-id agrees, or where there is none the headers.
    kUnchecked,  ///< The core has nothing to compare it with.
  };

  Match match = Match::kMissing;
  std::string place;              ///< Where it is, or should be, on this machine.
  std::string build_id;           ///< Of the file at `place`; empty when it has none.
  std::string expected_build_id;  ///< Of the file that was mapped; empty when not known.
  FileDescriptor file;            ///< Open for kSame and kUnchecked.
};

/// Looks for the file that was mapped from `path` when the core was written: at that path under the
/// root directory, or by its name directly in the sysroot; also when it had been deleted before the
/// core was written. `start` are the first bytes of the file as far as the core has them. Symbolic
/// links in the sysroot are followed within it.
[[nodiscard]] CoreLibrary find_core_library(const CoreSources& sources,
                                            const std::string& path,
                                            bool is_executable,
                                            std::span<const std::byte> start);

}  // namespace heapscan::dump::cpython
