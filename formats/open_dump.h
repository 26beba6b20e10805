#pragma once

#include <filesystem>

#include "dump/heap.h"

namespace heapscan::formats {

/// The heap in the dump file at `path`, whatever its format. The file is mapped, not copied, where
/// the format allows it, and must not be truncated while the heap lives.
/// Throws Error(kBadInput) that names the file, the byte and the fact, for a file that cannot be
/// opened, is of no known format, damaged or cut short.
[[nodiscard]] dump::Heap open_dump(const std::filesystem::path& path);

}  // namespace heapscan::formats
