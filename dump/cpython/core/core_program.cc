#include "dump/cpython/core/core_program.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "dump/cpython/target/elf_headers.h"
#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kPageMask = 4095;
/// More than the constants of any program; a core that claims more is damaged.
constexpr std::uint64_t kMostConstants = std::uint64_t{1} << 36U;

bool begins_as_elf(std::span<const std::byte> bytes) {
  return ElfHeaders(bytes).valid();
}

/// The segment that a mapping of the file at this offset belongs to; null if none.
const ElfSegment* segment_at(const std::vector<ElfSegment>& segments, std::uint64_t offset) {
  const auto begins = std::find_if(
      segments.begin(), segments.end(),
      [&](const ElfSegment& segment) { return (segment.file_offset & ~kPageMask) == offset; });
  if (begins != segments.end()) {
    return &*begins;
  }
  const auto holds = std::find_if(segments.begin(), segments.end(), [&](const ElfSegment& segment) {
    return segment.file_offset <= offset && offset - segment.file_offset < segment.file_size;
  });
  return holds == segments.end() ? nullptr : &*holds;
}

/// In files that were linked without separate segments, constants are next to the code.
bool has_separate_constants(const std::vector<ElfSegment>& segments) {
  return std::any_of(segments.begin(), segments.end(), [](const ElfSegment& segment) {
    return !segment.writable && !segment.executable;
  });
}

std::string with_build_id(const std::string& build_id) {
  return build_id.empty() ? std::string() : " (build-id " + build_id + ")";
}

constexpr const char* kLost =
    ": the names of its types are lost; specify the files of the machine that wrote the core with "
    "--sysroot";

}  // namespace

CoreProgram::CoreProgram(const CoreFile& core, CoreSources sources)
    : core_(core), sources_(std::move(sources)) {
  const std::vector<CoreNotes::MappedPart>& files = core.notes().files;
  const CoreNotes::MappedPart* const own = part_at(core.notes().program_headers);
  if (own != nullptr) {
    executable_ = own->path;
  } else if (!files.empty()) {
    executable_ = files.front().path;
  }
  collect_mappings();
  collect_files();
  find_files();
  Ranges ranges;
  add_stored(ranges);
  add_constants(ranges);
  std::vector<std::shared_ptr<const MappedFile>> owned;
  for (const auto& [path, file] : files_) {
    owned.push_back(file.bytes);
  }
  image_ = MemoryImage(std::move(ranges), std::make_shared<decltype(owned)>(std::move(owned)));
}

std::string CoreProgram::name() const {
  return "core " + core_.name();
}

const CoreNotes::MappedPart* CoreProgram::part_at(Address address) const {
  const std::vector<CoreNotes::MappedPart>& files = core_.notes().files;
  const auto above = std::upper_bound(
      files.begin(), files.end(), address,
      [](Address wanted, const CoreNotes::MappedPart& part) { return wanted < part.begin; });
  if (above == files.begin() || address >= std::prev(above)->end) {
    return nullptr;
  }
  return &*std::prev(above);
}

/// The segments of the core, plus other mappings of files: gdb omits segments that it stores
/// nothing of.
void CoreProgram::collect_mappings() {
  struct Row {
    MemoryMapping mapping;
    std::uint64_t stored = 0;
  };

  std::vector<Row> rows;
  for (const CoreSegment& segment : core_.segments()) {
    Row row = {{.begin = segment.begin,
                .end = segment.end,
                .file_offset = 0,
                .readable = segment.readable,
                .writable = segment.writable,
                .executable = segment.executable,
                .shared = false,
                .path = {}},
               segment.stored.size()};
    if (const CoreNotes::MappedPart* const part = part_at(segment.begin)) {
      row.mapping.path = part->path;
      row.mapping.file_offset = part->file_offset + (segment.begin - part->begin);
    }
    complete_ = complete_ && segment.missing == 0;
    rows.push_back(std::move(row));
  }
  auto segment = core_.segments().begin();
  for (const CoreNotes::MappedPart& part : core_.notes().files) {
    const auto add = [&](Address begin, Address end) {
      if (begin < end) {
        rows.push_back({{.begin = begin,
                         .end = end,
                         .file_offset = part.file_offset + (begin - part.begin),
                         .readable = true,
                         .path = part.path},
                        0});
      }
    };
    Address at = part.begin;
    for (; segment != core_.segments().end() && segment->begin < part.end; ++segment) {
      add(at, segment->begin);
      at = std::max(at, segment->end);
      if (segment->end >= part.end) {
        break;
      }
    }
    add(at, part.end);
  }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.mapping.begin < b.mapping.begin; });
  for (Row& row : rows) {
    mappings_.push_back(std::move(row.mapping));
    stored_bytes_.push_back(row.stored);
  }
}

void CoreProgram::collect_files() {
  for (std::size_t row = 0; row < mappings_.size(); ++row) {
    const MemoryMapping& mapping = mappings_[row];
    if (!mapping.is_file()) {
      continue;
    }
    File& file = files_[mapping.path];
    if (mapping.file_offset == 0 && stored_bytes_[row] > 0) {
      const auto segment = std::lower_bound(
          core_.segments().begin(), core_.segments().end(), mapping.begin,
          [](const CoreSegment& part, Address wanted) { return part.begin < wanted; });
      file.start = segment->stored;
    }
    // A file that the core has no bytes of is recognized as a library by its name or code.
    const bool program = is_executable(mapping.path) || mapping.executable ||
                         mapping.path.find(".so") != std::string::npos || begins_as_elf(file.start);
    file.wanted = file.wanted || (program && stored_bytes_[row] < mapping.size());
  }
  for (auto& [path, file] : files_) {
    file.wanted = file.wanted && (file.start.empty() || begins_as_elf(file.start));
  }
}

void CoreProgram::find_files() {
  for (auto& [path, file] : files_) {
    if (!file.wanted) {
      continue;
    }
    const CoreLibrary library = find_core_library(sources_, path, is_executable(path), file.start);
    if (library.match != CoreLibrary::Match::kSame) {
      warn_of(path, library);
    }
    if (library.file.is_open()) {
      file.bytes = std::make_shared<const MappedFile>(library.file, library.place);
    }
  }
}

void CoreProgram::warn_of(const std::string& path, const CoreLibrary& library) {
  const std::string wanted = path + with_build_id(library.expected_build_id);
  if (library.match == CoreLibrary::Match::kUnchecked) {
    warnings_.push_back(library.place + " was used without checking that it is " + wanted +
                        ": the core has nothing to compare it with");
    return;
  }
  const bool missing = library.match == CoreLibrary::Match::kMissing;
  if (is_executable(path) && !sources_.executable.empty()) {
    throw Error(ErrorKind::kTarget,
                name() + ": " + library.place +
                    (missing ? " cannot be read"
                             : with_build_id(library.build_id) +
                                   " is not the program of the core, which is " + wanted));
  }
  complete_ = false;
  warnings_.push_back((missing ? wanted + " was not found (looked at " + library.place + ")"
                               : library.place + with_build_id(library.build_id) + " is not the " +
                                     wanted + " of the core") +
                      kLost + (is_executable(path) ? ", or this program with --exe" : ""));
}

/// One range for segments that follow each other both in memory and in the core.
void CoreProgram::add_stored(Ranges& ranges) const {
  for (const CoreSegment& segment : core_.segments()) {
    if (segment.stored.empty() || !segment.readable) {
      continue;
    }
    const std::byte* const data = segment.stored.data();
    const Address end = segment.begin + segment.stored.size();
    if (!ranges.empty() && ranges.back().end == segment.begin &&
        ranges.back().data + (ranges.back().end - ranges.back().begin) == data) {
      ranges.back().end = end;
    } else {
      ranges.push_back({segment.begin, end, data});
    }
  }
}

void CoreProgram::add_constants(Ranges& ranges) const {
  auto segment = core_.segments().begin();
  std::uint64_t total = 0;
  for (std::size_t row = 0; row < mappings_.size(); ++row) {
    const MemoryMapping& mapping = mappings_[row];
    const auto found = files_.find(mapping.path);
    if (found == files_.end() || found->second.bytes == nullptr || !mapping.readable) {
      continue;
    }
    while (segment != core_.segments().end() && segment->begin < mapping.begin) {
      ++segment;
    }
    const bool in_core = segment != core_.segments().end() && segment->begin == mapping.begin;
    const std::span<const std::byte> bytes = found->second.bytes->bytes();
    const std::vector<ElfSegment> parts = ElfHeaders(bytes).segments();
    const ElfSegment* const part = segment_at(parts, mapping.file_offset);
    if (part == nullptr ||
        ((mapping.executable || part->executable) && has_separate_constants(parts))) {
      continue;
    }
    const std::uint64_t skipped = stored_bytes_[row] + (in_core ? segment->missing : 0);
    const std::uint64_t from = mapping.file_offset + skipped;
    if (mapping.file_offset < bytes.size() && from < bytes.size() && skipped < mapping.size()) {
      const std::uint64_t size = std::min(bytes.size() - from, mapping.size() - skipped);
      const Address begin = mapping.begin + skipped;
      ranges.push_back({begin, begin + size, bytes.data() + from});
      total += size;
    }
    if (total > kMostConstants) {
      throw Error(ErrorKind::kBadInput, core_.name() +
                                            ": damaged: it maps more constants than "
                                            "any program has");
    }
  }
}

FileDescriptor CoreProgram::open_file(const MemoryMapping& mapping) const {
  const auto found = files_.find(mapping.path);
  const auto start = found == files_.end() ? std::span<const std::byte>() : found->second.start;
  return find_core_library(sources_, mapping.path, is_executable(mapping.path), start).file;
}

bool CoreProgram::read(Address address, std::span<std::byte> to) const {
  const std::byte* const from = ImageReader(image_).bytes(address, to.size());
  if (from != nullptr) {
    std::memcpy(to.data(), from, to.size());
  }
  return from != nullptr;
}

}  // namespace heapscan::dump::cpython
