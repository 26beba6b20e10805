#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/cpython/target/copy_area.h"
#include "dump/cpython/target/memory_image.h"
#include "dump/cpython/target/process_maps.h"
#include "dump/system/file_descriptor.h"
#include "dump/system/scratch_file.h"

namespace heapscan::dump::cpython {

/// Where a copy may be stored.
struct CopyRoom {
  std::uint64_t memory = UINT64_MAX;  ///< The number of bytes that may be used.
  /// For a temporary file if that is too little.
  std::filesystem::path scratch_directory = ".";
};

/// Copies the memory of a process that matters for its heap: everything it may write, and the
/// constants of its program files.
///
/// Two steps keep the pause short. prepare() runs while the process does: it reserves the space,
/// makes the kernel allocate its pages, and copies the read-only parts. copy() runs while the
/// process is stopped and copies only what can have changed. It reads /proc/PID/mem, which keeps
/// pages that a forked worker shares with its parent shared (process_vm_readv would not), and skips
/// pages that the process never touched, so that reading does not make it larger.
class ProcessMemory {
 public:
  /// Throws Error(kTarget).
  explicit ProcessMemory(pid_t pid);
  ~ProcessMemory();
  ProcessMemory(const ProcessMemory&) = delete;
  ProcessMemory& operator=(const ProcessMemory&) = delete;
  ProcessMemory(ProcessMemory&&) = delete;
  ProcessMemory& operator=(ProcessMemory&&) = delete;

  /// Throws Error(kTarget); Error(kOutput) if the copy must go to a file and cannot.
  void prepare(const CopyRoom& room = {});

  /// Whether the copy goes to a file: then the process is stopped for longer.
  [[nodiscard]] bool in_file() const { return file_ != nullptr; }

  /// The current word at an address of the process; 0 if there is none.
  [[nodiscard]] std::uint64_t peek(Address address) const;

  /// Requires: the process is stopped.
  void copy();

  /// The mappings at the time of copy().
  [[nodiscard]] const std::vector<MemoryMapping>& mappings() const { return mappings_; }

  /// Bytes resident at the time of copy(), by row of mappings(); 0 for those not copied.
  [[nodiscard]] const std::vector<std::uint64_t>& copied_bytes() const { return copied_bytes_; }

  /// Bytes of readable memory that could not be read.
  [[nodiscard]] std::uint64_t lost_bytes() const { return lost_bytes_; }

  /// Releases the copy to the caller.
  [[nodiscard]] MemoryImage take_image();

 private:
  struct Piece;

  /// Where the target's addresses [begin, end) are in this process.
  struct LocalRange {
    Address begin;
    Address end;
    CopyArea* area = nullptr;
  };

  /// A mapping that prepare() has copied, and where to.
  struct ReadAhead {
    MemoryMapping mapping;
    const std::byte* data = nullptr;
  };

  [[nodiscard]] std::vector<Piece> plan(const std::vector<MemoryMapping>& mappings) const;
  [[nodiscard]] std::vector<Piece> resident_parts(const Piece& piece) const;
  [[nodiscard]] CopyArea& area_for(Address begin, Address end);
  [[nodiscard]] CopyArea& area_of(Address address) const;
  [[nodiscard]] bool was_read_ahead(const Piece& piece) const;
  void lay_out(const std::vector<Piece>& pieces);
  void read(const Piece& piece);
  void choose_room(std::uint64_t bytes, const CopyRoom& room);

  pid_t pid_;
  FileDescriptor memory_;
  FileDescriptor pagemap_;             // Not open without permission: everything is then read.
  std::unique_ptr<ScratchFile> file_;  // None: the copy is in memory.
  std::uint64_t file_size_ = 0;
  std::vector<std::unique_ptr<CopyArea>> areas_;
  std::vector<ReadAhead> read_ahead_;
  std::vector<MemoryMapping> mappings_;
  std::vector<std::uint64_t> copied_bytes_;
  std::vector<LocalRange> ranges_;  // Ascending.
  std::uint64_t lost_bytes_ = 0;
};

}  // namespace heapscan::dump::cpython
