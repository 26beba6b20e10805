#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dump/cpython/interpreter/native_thread_ids.h"

namespace heapscan::dump::cpython {

/// What the notes of a core tell of the process. A number that they do not tell is -1.
struct CoreNotes {
  /// A part of a file that was mapped at the addresses [begin, end).
  struct MappedPart {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t file_offset = 0;
    std::string path;
  };

  std::int64_t pid = -1;
  std::string command;                ///< At most 79 bytes: no more is kept in a core.
  std::vector<NativeThread> threads;  ///< Of the system; Python may not know all of them.
  std::int64_t signal = -1;           ///< The one that ended it; 0 when none did.
  /// Where the program headers of the program itself were in memory; 0 when not told.
  std::uint64_t program_headers = 0;
  std::vector<MappedPart> files;  ///< Ascending, not overlapping.
};

/// Adds what the bytes of one segment of notes tell. Notes that are not known are passed over.
/// Throws Error(kBadInput) when they do not hold together; the message does not name the core.
void read_core_notes(std::span<const std::byte> bytes, CoreNotes& notes);

}  // namespace heapscan::dump::cpython
