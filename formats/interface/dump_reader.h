#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "dump/heap.h"

namespace heapscan::formats {

/// How a file is read. Nothing in it is trusted.
struct ReadOptions {
  /// The largest size that the contents may unpack to.
  std::uint64_t max_unpacked_bytes = std::uint64_t{64} << 30U;
  /// Read the intact parts of a damaged file, and report the rest in the heap's diagnostics.
  bool salvage = false;
};

/// A format of dumps, as a row of the table in formats/dump_readers.cc. A reader gets bytes and
/// opens no file: the program, the tests and the fuzzer share it.
struct DumpReader {
  std::string_view name;                         ///< "hsd": what SQL calls the format.
  std::span<const std::string_view> extensions;  ///< With the dot, the usual one first.

  /// Whether the file is of this format, intact or damaged. Costs no more than a look at its
  /// beginning.
  bool (*probe)(std::span<const std::byte> bytes);

  /// The heap. `owner` keeps the bytes alive for as long as the heap or a copy of it lives; `file`
  /// is for messages. Requires: probe(). Throws Error(kBadInput), "FILE at byte N: FACT", for a
  /// file that is damaged or hostile; with options.salvage only if nothing useful is intact.
  dump::Heap (*read)(std::span<const std::byte> bytes,
                     std::shared_ptr<const void> owner,
                     std::string_view file,
                     const ReadOptions& options);
};

}  // namespace heapscan::formats
