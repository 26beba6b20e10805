#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/cpython/target/native_thread.h"

namespace heapscan::dump::cpython {

/// What the notes of a core record about the process. Unknown numbers are -1.
struct CoreNotes {
  /// A part of a file that was mapped at the addresses [begin, end).
  struct MappedPart {
    Address begin;
    Address end;
    std::uint64_t file_offset = 0;
    std::string path;
  };

  std::int64_t pid = -1;
  std::string command;                ///< At most 79 bytes: cores record no more.
  std::vector<NativeThread> threads;  ///< As the kernel sees them; Python may not know all.
  std::int64_t signal = -1;           ///< The one that killed it; 0 if none did.
  /// Where the program headers of the program itself were in memory; null when unknown.
  Address program_headers;
  std::vector<MappedPart> files;  ///< Ascending, not overlapping.
};

/// Adds the contents of one segment of notes. Unknown notes are skipped. Throws Error(kBadInput) if
/// they are inconsistent; the message does not name the core.
void read_core_notes(std::span<const std::byte> bytes, CoreNotes& notes);

}  // namespace heapscan::dump::cpython
