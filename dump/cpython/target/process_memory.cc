#include "dump/cpython/target/process_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <string>
#include <utility>

#include "dump/error.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kPageSize = 4096;
/// Slack on both sides of the current mappings, in case the process grows until it is stopped.
constexpr std::uint64_t kSlack = std::uint64_t{64} << 20U;
constexpr std::uint64_t kReadChunk = std::uint64_t{16} << 20U;
/// Address space that a sanitizer or another runtime has reserved; no heap of CPython is that
/// large.
constexpr std::uint64_t kReservation = std::uint64_t{1} << 40U;
/// Entries of the page map that are read at once: those of 4 GiB.
constexpr std::uint64_t kPagemapChunk = std::uint64_t{1} << 20U;

// Bits of an entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst).
constexpr std::uint64_t kPagePresent = std::uint64_t{1} << 63U;
constexpr std::uint64_t kPageSwapped = std::uint64_t{1} << 62U;

FileDescriptor open_for_reading(pid_t pid, const char* name) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

/// In files that were linked without separate segments, constants are next to the code.
bool has_separate_constants(const std::vector<MemoryMapping>& mappings, const std::string& path) {
  return std::any_of(mappings.begin(), mappings.end(), [&](const MemoryMapping& mapping) {
    return mapping.path == path && mapping.readable && !mapping.writable && !mapping.executable;
  });
}

bool is_wanted(const MemoryMapping& mapping, const std::vector<MemoryMapping>& mappings) {
  if (!mapping.readable || mapping.shared || mapping.size() >= kReservation) {
    return false;
  }
  if (mapping.writable) {
    return true;
  }
  return mapping.is_file() &&
         (!mapping.executable || !has_separate_constants(mappings, mapping.path));
}

}  // namespace

/// A part of the target's memory to be copied.
struct ProcessMemory::Piece {
  Address begin;
  Address end;
  std::size_t mapping = 0;  // Row in the list of mappings.
  bool whole = false;       // Read all pages: those of a file have content before they are touched.
  bool read_only = false;
};

ProcessMemory::ProcessMemory(pid_t pid)
    : pid_(pid), memory_(open_for_reading(pid, "mem")), pagemap_(open_for_reading(pid, "pagemap")) {
  if (!memory_.is_open()) {
    throw_target_error(pid, "read its memory", errno);
  }
}

ProcessMemory::~ProcessMemory() = default;

std::vector<ProcessMemory::Piece> ProcessMemory::plan(
    const std::vector<MemoryMapping>& mappings) const {
  std::vector<Piece> pieces;
  for (std::size_t row = 0; row < mappings.size(); ++row) {
    const MemoryMapping& mapping = mappings[row];
    if (is_wanted(mapping, mappings)) {
      pieces.push_back({mapping.begin, mapping.end, row, mapping.is_file() || !pagemap_.is_open(),
                        !mapping.writable});
    }
  }
  return pieces;
}

std::vector<ProcessMemory::Piece> ProcessMemory::resident_parts(const Piece& piece) const {
  if (piece.whole) {
    return {piece};
  }
  std::vector<Piece> parts;
  std::vector<std::uint64_t> entries;
  for (Address at = piece.begin; at < piece.end; at += entries.size() * kPageSize) {
    entries.resize(std::min(kPagemapChunk, (piece.end - at) / kPageSize));
    const std::size_t size = entries.size() * sizeof(std::uint64_t);
    if (::pread(pagemap_.get(), entries.data(), size,
                static_cast<off_t>(at.value() / kPageSize * sizeof(std::uint64_t))) !=
        static_cast<ssize_t>(size)) {
      return {piece};
    }
    for (std::size_t page = 0; page < entries.size(); ++page) {
      if ((entries[page] & (kPagePresent | kPageSwapped)) == 0) {
        continue;
      }
      const Address begin = at + page * kPageSize;
      if (!parts.empty() && parts.back().end == begin) {
        parts.back().end += kPageSize;
      } else {
        parts.push_back({begin, begin + kPageSize, piece.mapping, true, piece.read_only});
      }
    }
  }
  return parts;
}

CopyArea& ProcessMemory::area_for(Address begin, Address end) {
  const auto found = std::find_if(areas_.begin(), areas_.end(),
                                  [&](const auto& area) { return area->holds(begin, end); });
  if (found != areas_.end()) {
    return **found;
  }
  const Address first = begin - std::min(begin.value(), kSlack);
  const Address last = end + kSlack;
  if (file_ == nullptr) {
    areas_.push_back(std::make_unique<CopyArea>(first, last));
  } else {
    areas_.push_back(std::make_unique<CopyArea>(first, last, *file_, file_size_));
    file_size_ += last - first;
  }
  return *areas_.back();
}

/// One range for each run of adjacent pieces, so that their addresses are contiguous in the copy.
void ProcessMemory::lay_out(const std::vector<Piece>& pieces) {
  ranges_.clear();
  for (std::size_t first = 0; first < pieces.size();) {
    std::size_t last = first;
    while (last + 1 < pieces.size() && pieces[last + 1].begin == pieces[last].end) {
      ++last;
    }
    const Address begin = pieces[first].begin;
    const Address end = pieces[last].end;
    ranges_.push_back({begin, end, &area_for(begin, end)});
    first = last + 1;
  }
}

/// Requires: `address` is in a piece that was laid out.
CopyArea& ProcessMemory::area_of(Address address) const {
  const auto above = std::upper_bound(
      ranges_.begin(), ranges_.end(), address,
      [](Address wanted, const LocalRange& range) { return wanted < range.begin; });
  return *std::prev(above)->area;
}

bool ProcessMemory::was_read_ahead(const Piece& piece) const {
  return std::any_of(read_ahead_.begin(), read_ahead_.end(), [&](const ReadAhead& done) {
    return done.mapping == mappings_[piece.mapping] &&
           done.data == area_of(piece.begin).at(piece.begin);
  });
}

void ProcessMemory::read(const Piece& piece) {
  CopyArea& area = area_of(piece.begin);
  const std::uint64_t size = piece.end - piece.begin;
  std::uint64_t done = 0;
  while (done < size) {
    const Address address = piece.begin + done;
    const std::span<std::byte> to = area.room(address, std::min(kReadChunk, size - done));
    const ssize_t got =
        ::pread(memory_.get(), to.data(), to.size(), static_cast<off_t>(address.value()));
    if (got > 0) {
      area.store(address, static_cast<std::uint64_t>(got));
      done += static_cast<std::uint64_t>(got);
    } else if (got == 0) {
      throw_target_error(pid_, "read its memory", ESRCH);  // Its address space no longer exists.
    } else if (errno == EIO || errno == EFAULT) {
      // The process itself could not read this page either: it is beyond the end of a mapped file,
      // or, in anonymous memory, a guard page of a stack (MADV_GUARD_INSTALL), which has no
      // contents.
      lost_bytes_ += mappings_[piece.mapping].is_file() ? kPageSize : 0;
      done += kPageSize;
    } else if (errno != EINTR) {
      throw_target_error(pid_, "read its memory", errno);
    }
  }
}

/// Memory if the copy and the graph built from it fit there, else a file.
void ProcessMemory::choose_room(std::uint64_t bytes, const CopyRoom& room) {
  // The graph of a heap of small objects takes twice their size.
  constexpr std::uint64_t kGraph = 2;
  if (bytes <= room.memory / (1 + kGraph)) {
    return;
  }
  file_ = std::make_unique<ScratchFile>(room.scratch_directory);
  file_->require_room(bytes);
}

void ProcessMemory::prepare(const CopyRoom& room) {
  const std::vector<MemoryMapping> mappings = read_maps(pid_);
  const std::vector<Piece> pieces = plan(mappings);
  std::vector<Piece> parts;
  std::uint64_t bytes = 0;
  for (const Piece& piece : pieces) {
    for (const Piece& part : resident_parts(piece)) {
      parts.push_back(part);
      bytes += part.end - part.begin;
    }
  }
  choose_room(bytes, room);
  lay_out(pieces);
  for (const Piece& part : parts) {
    area_of(part.begin).populate(part.begin, part.end);
  }
  for (const Piece& piece : pieces) {
    if (piece.read_only) {
      read(piece);
      read_ahead_.push_back({mappings[piece.mapping], area_of(piece.begin).at(piece.begin)});
    }
  }
}

std::uint64_t ProcessMemory::peek(Address address) const {
  std::uint64_t word = 0;
  const ssize_t got =
      ::pread(memory_.get(), &word, sizeof(word), static_cast<off_t>(address.value()));
  return got == sizeof(word) ? word : 0;
}

void ProcessMemory::copy() {
  mappings_ = read_maps(pid_);
  copied_bytes_.assign(mappings_.size(), 0);
  const std::vector<Piece> pieces = plan(mappings_);
  lay_out(pieces);
  for (const Piece& piece : pieces) {
    for (const Piece& part : resident_parts(piece)) {
      copied_bytes_[piece.mapping] += part.end - part.begin;
      if (!piece.read_only || !was_read_ahead(piece)) {
        read(part);
      }
    }
  }
}

MemoryImage ProcessMemory::take_image() {
  std::vector<MemoryImage::Range> ranges;
  for (const LocalRange& range : ranges_) {
    ranges.push_back({range.begin, range.end, range.area->at(range.begin)});
  }
  return {std::move(ranges),
          std::make_shared<std::vector<std::unique_ptr<CopyArea>>>(std::move(areas_))};
}

}  // namespace heapscan::dump::cpython
