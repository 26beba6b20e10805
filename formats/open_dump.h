#pragma once

#include <filesystem>

#include "dump/heap.h"

namespace heapscan::formats {

/// How to treat a damaged file.
enum class Damage {
  kRefuse,   ///< It is an error.
  kSalvage,  ///< The intact parts are read; the heap's diagnostics report the rest.
};

/// The heap in the dump file at `path`, in any format of dump_readers(). Where the format allows
/// it, the file is mapped, not copied: it must not be truncated while the heap lives.
/// Throws Error(kBadInput) that names the file, the byte and the fact, for a file that cannot be
/// opened, is of no supported format, or is damaged; with Damage::kSalvage, damaged beyond use.
[[nodiscard]] dump::Heap open_dump(const std::filesystem::path& path,
                                   Damage damage = Damage::kRefuse);

}  // namespace heapscan::formats
