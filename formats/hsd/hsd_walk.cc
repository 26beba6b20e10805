#include "formats/hsd/hsd_walk.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <zstd.h>

#include "dump/object.h"
#include "formats/hsd/hsd_codec.h"
#include "formats/hsd/hsd_sections.h"

// Sections have no headers: only the table of contents, at the end of the file, says where each one
// ends and what it holds. A file that was cut short has none, yet its packed sections can be
// identified:
//
//  - a zstd frame declares its length and the size that it unpacks to, and the table of chunks
//  after the
//    last frame of a section repeats the lengths of all of them. A run of frames whose table agrees
//    is a complete section;
//  - heapscan writes sections in the order of their kinds. The size of the column of addresses
//    determines the number of objects and with it the size of every other column of objects; the
//    columns of references are three neighbours, the middle one a quarter as large as the others.
//    The tables after them are known by their shape: n rows of 4 bytes before n + 1 of 8 bytes are
//    previews; rows of 12 bytes are weak references or roots, which have narrow bounds.
//
// The tables after the types are not worth guessing. Raw sections all look alike: a file of those
// is refused.

namespace heapscan::formats::hsd {
namespace {

/// Frames, one after another, and the table of chunks that agrees with them.
struct Run {
  std::uint64_t offset = 0;
  std::uint64_t stored_size = 0;
  std::uint64_t unpacked_size = 0;
  std::vector<std::span<const std::byte>> frames;
};

/// The length of the zstd frame that the bytes begin with; nothing if it is incomplete.
std::optional<std::size_t> frame_size(std::span<const std::byte> bytes) {
  constexpr std::uint32_t kFrameMagic = 0xFD2FB528;
  if (bytes.size() < sizeof(kFrameMagic) || load<std::uint32_t>(bytes, 0) != kFrameMagic) {
    return std::nullopt;
  }
  const std::size_t size = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0U) {
    return std::nullopt;
  }
  return size;
}

std::optional<Run> run_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  Run run;
  run.offset = offset;
  std::uint64_t at = offset;
  while (const auto size = frame_size(bytes.subspan(at))) {
    const auto frame = bytes.subspan(at, *size);
    const std::uint64_t content = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (content > kMaxChunkBytes) {
      return std::nullopt;  // Also if it is not known.
    }
    run.frames.push_back(frame);
    run.unpacked_size += content;
    at += *size;
  }
  for (const auto& frame : run.frames) {
    if (bytes.size() - at < sizeof(ChunkSize) || load<ChunkSize>(bytes, at) != frame.size()) {
      return std::nullopt;
    }
    at += sizeof(ChunkSize);
  }
  run.stored_size = at - offset;
  return run.frames.empty() ? std::nullopt : std::optional(std::move(run));
}

std::vector<Run> runs_of(std::span<const std::byte> bytes) {
  std::vector<Run> runs;
  std::uint64_t at = sizeof(Header);
  while (at < bytes.size()) {
    std::optional<Run> run = run_at(bytes, at);
    if (!run) {
      break;
    }
    at += run->stored_size;
    at += padding_at(at);
    runs.push_back(std::move(*run));
  }
  return runs;
}

using Triple = std::array<std::uint32_t, 3>;

/// The rows of a section, of three words each; none if it does not unpack to such rows.
std::vector<Triple> unpack_triples(const Run& run) {
  std::vector<Triple> rows(run.unpacked_size / sizeof(Triple));
  const auto space = std::as_writable_bytes(std::span(rows));
  ChunkUnpacker unpacker;
  std::size_t row = 0;
  for (const auto& frame : run.frames) {
    Chunk chunk;
    chunk.first_row = row;
    chunk.rows = ZSTD_getFrameContentSize(frame.data(), frame.size()) / sizeof(Triple);
    chunk.width = sizeof(Triple);
    chunk.filter = Filter::kShuffle;
    if (!unpacker.unpack(chunk, frame, {}, space.subspan(row * sizeof(Triple), chunk.bytes()))) {
      return {};
    }
    row += chunk.rows;
  }
  return rows;
}

/// Gives the runs their kinds, in the order of the format.
class Namer {
 public:
  Namer(std::vector<Run> runs, std::uint64_t file_size, std::string_view name)
      : runs_(std::move(runs)), file_size_(file_size), name_(name) {}

  [[nodiscard]] std::vector<SectionEntry> entries(std::span<const std::byte> bytes) {
    name_objects();
    name_references();
    name_tables();
    for (SectionEntry& entry : entries_) {
      entry.checksum = checksum(bytes.subspan(entry.offset, entry.stored_size));
    }
    return std::move(entries_);
  }

 private:
  /// The unpacked size of the n-th run from here; 0 for none, as no section without bytes is
  /// packed.
  [[nodiscard]] std::uint64_t size(std::size_t ahead = 0) const {
    return next_ + ahead < runs_.size() ? runs_[next_ + ahead].unpacked_size : 0;
  }

  void take(SectionKind kind) {
    const SectionTraits& section = traits(kind);
    const Run& run = runs_[next_++];
    SectionEntry entry;
    entry.kind = kind;
    entry.width = section.width;
    entry.codec = Codec::kZstd;
    entry.filter = section.filter;
    entry.rows = run.unpacked_size / section.width;
    entry.offset = run.offset;
    entry.stored_size = run.stored_size;
    entry.chunk_rows = static_cast<std::uint32_t>(kChunkBytes / section.width);
    entries_.push_back(entry);
  }

  [[noreturn]] void fail_cut_short() const {
    reject(name_, file_size_,
           "the file is cut short before the end of its references: nothing can be salvaged");
  }

  [[noreturn]] void fail() const {
    if (next_ >= runs_.size()) {
      fail_cut_short();
    }
    reject(name_, runs_[next_].offset,
           "the table of contents is lost, and the sections cannot be identified without it: "
           "nothing can be salvaged");
  }

  void require(SectionKind kind, std::uint64_t unpacked_size) {
    if (size() == 0 || size() != unpacked_size) {
      fail();
    }
    take(kind);
  }

  void name_objects() {
    require(SectionKind::kFacts, size());
    objects_ = size() / traits(SectionKind::kAddress).width;
    require(SectionKind::kAddress, objects_ * 8);
    require(SectionKind::kType, objects_ * 4);
    require(SectionKind::kSize, objects_ * 8);
    require(SectionKind::kRefcount, objects_ * 4);
    require(SectionKind::kFlags, objects_ * 2);
    if (size() == objects_ * 4) {
      take(SectionKind::kSite);
    }
    if (size() == objects_ * 8) {
      take(SectionKind::kContentHash);
    }
  }

  void name_references() {
    require(SectionKind::kReferenceBegin, (objects_ + 1) * 8);
    if (size(2) == 0) {
      fail_cut_short();
    }
    const std::uint64_t references = size(1);
    require(SectionKind::kTarget, references * 4);
    require(SectionKind::kKind, references);
    require(SectionKind::kLabel, references * 4);
  }

  void name_tables() {
    if (is_weak() && !(is_root() && !is_root(1))) {
      take(SectionKind::kWeak);
    }
    if (is_root()) {
      take(SectionKind::kRoot);
    }
    if (is_values()) {
      take(SectionKind::kValueObject);
      take(SectionKind::kValueBegin);
      if (size() != 0) {
        take(SectionKind::kValueText);
      }
    }
    // The last run of a file may be of any kind: only what follows a run confirms its kind.
    if (size() % 8 == 0 && size(1) != 0) {
      take(SectionKind::kStringBegin);
      take(SectionKind::kStringText);
    }
    if (entries_.back().kind == SectionKind::kStringText && size() != 0 && size() % 8 == 0) {
      take(SectionKind::kTypes);
    }
  }

  /// Whether the runs from there on are the objects that have previews, and the offsets of these.
  [[nodiscard]] bool is_values(std::size_t ahead = 0) const {
    return size(ahead) != 0 && size(ahead + 1) == size(ahead) * 2 + 8;
  }

  /// The rows of a run that may be of three words each.
  [[nodiscard]] std::vector<Triple> triples(std::size_t ahead) const {
    const bool fits = size(ahead) != 0 && size(ahead) % sizeof(Triple) == 0 && !is_values(ahead);
    return fits ? unpack_triples(runs_[next_ + ahead]) : std::vector<Triple>();
  }

  [[nodiscard]] bool is_weak() const {
    const std::vector<Triple> rows = triples(0);
    return !rows.empty() &&
           std::is_sorted(rows.begin(), rows.end(),
                          [](const Triple& a, const Triple& b) { return a[0] < b[0]; }) &&
           std::all_of(rows.begin(), rows.end(), [this](const Triple& row) {
             return row[0] < objects_ && row[1] < objects_;
           });
  }

  [[nodiscard]] bool is_root(std::size_t ahead = 0) const {
    const std::vector<Triple> rows = triples(ahead);
    return !rows.empty() && std::all_of(rows.begin(), rows.end(), [this](const Triple& row) {
      return row[0] < objects_ && (row[2] & 0xFFU) < dump::kRootKinds && row[2] >> 8U <= 1;
    });
  }

  std::vector<Run> runs_;
  std::size_t next_ = 0;
  std::uint64_t objects_ = 0;
  std::uint64_t file_size_;
  std::string_view name_;
  std::vector<SectionEntry> entries_;
};

}  // namespace

std::vector<SectionEntry> walk_sections(std::span<const std::byte> bytes, std::string_view name) {
  std::vector<Run> runs = runs_of(bytes);
  if (runs.empty()) {
    reject(name, bytes.size(),
           "the table of contents is lost, and sections that are not compressed cannot be "
           "identified without it: nothing can be salvaged");
  }
  return Namer(std::move(runs), bytes.size(), name).entries(bytes);
}

}  // namespace heapscan::formats::hsd
