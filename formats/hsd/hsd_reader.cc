#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dump/error.h"
#include "formats/hsd/hsd.h"
#include "formats/hsd/hsd_codec.h"
#include "formats/hsd/hsd_columns.h"
#include "formats/hsd/hsd_facts.h"
#include "formats/hsd/hsd_repair.h"
#include "formats/hsd/hsd_salvage.h"
#include "formats/hsd/hsd_sections.h"
#include "formats/hsd/parallel.h"

namespace heapscan::formats {
namespace {

using namespace hsd;  // NOLINT(google-build-using-namespace): the reader of that format.

/// The rows of one section, unpacked or in place.
struct Rows {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
};

class Reader {
 public:
  /// `lost`: receives the sections that turn out to be damaged; null: they are errors. Must outlive
  /// the reader.
  Reader(std::vector<Section> sections,
         std::shared_ptr<const void> owner,
         std::string_view name,
         LostSections* lost = nullptr)
      : sections_(std::move(sections)),
        rows_(kSections.size()),
        owner_(std::move(owner)),
        name_(name),
        lost_(lost) {}

  /// Called before memory is allocated for any section.
  void check_limit(std::uint64_t max_unpacked_bytes) const {
    std::uint64_t left = max_unpacked_bytes;
    for (const Section& section : sections_) {
      if (section.entry.codec == Codec::kRaw) {
        continue;
      }
      if (section.unpacked_size() > left) {
        reject(
            name_, section.entry.offset,
            fmt::format("section {} unpacks to {} bytes, but only {} are left of the {} that may "
                        "be used: read it on a machine with more memory",
                        traits(section.entry.kind).name, section.unpacked_size(), left,
                        max_unpacked_bytes));
      }
      left -= section.unpacked_size();
    }
  }

  [[nodiscard]] dump::HeapColumns read() {
    // The filter of targets needs the other columns; that of labels also needs the targets.
    unpack([](SectionKind kind) {
      return kind != SectionKind::kTarget && kind != SectionKind::kLabel;
    });
    unpack([](SectionKind kind) { return kind == SectionKind::kTarget; });
    unpack([](SectionKind kind) { return kind == SectionKind::kLabel; });
    try {
      columns_.facts = facts_from_bytes(rows_of(SectionKind::kFacts).bytes);
    } catch (const Error& error) {
      lose(SectionKind::kFacts, offset_of(SectionKind::kFacts), error.what());
    }
    return std::move(columns_);
  }

 private:
  struct Task {
    const PackedChunk* chunk = nullptr;
    std::span<std::byte> rows;
    SectionKind section = SectionKind::kFacts;
    bool failed = false;
  };

  /// Continues without the section if `lost` is given; otherwise throws the error.
  void lose(SectionKind kind, std::uint64_t at, const std::string& fact) {
    if (lost_ == nullptr) {
      reject(name_, at, fact);
    }
    lost_->emplace(kind, at);
    rows_of(kind) = {};
  }

  template <class Wanted>
  void unpack(const Wanted& wanted) {
    std::vector<Task> tasks;
    std::uint64_t bytes = 0;
    for (const Section& section : sections_) {
      if (wanted(section.entry.kind)) {
        prepare(section, tasks);
        bytes += section.chunks.empty() ? 0 : section.unpacked_size();
      }
    }
    const ReferenceContext context = {columns_.reference_begin.span(), columns_.type.span(),
                                      columns_.types.span(), columns_.kind.span(),
                                      columns_.target.span()};
    run_tasks(tasks.size(), bytes, [&] {
      return [&, unpacker = ChunkUnpacker()](std::size_t row) mutable {
        Task& task = tasks[row];
        task.failed = !unpacker.unpack(task.chunk->chunk, task.chunk->packed, context, task.rows);
      };
    });
    for (const Task& task : tasks) {
      if (task.failed) {
        lose(task.section, task.chunk->offset,
             fmt::format("a chunk of section {} does not unpack to the {} bytes that it declares",
                         traits(task.section).name, task.chunk->chunk.bytes()));
      }
    }
    check_roots();
    for_each_column(columns_, [&](SectionKind kind, auto& column) { assign(kind, column); });
  }

  /// Finds memory for the rows of the section and adds the tasks that fill it.
  void prepare(const Section& section, std::vector<Task>& tasks) {
    Rows& rows = rows_of(section.entry.kind);
    // Rows are used in place if they are aligned for the types of the columns: always in a mapped
    // file, but not in arbitrary bytes.
    const bool aligned = reinterpret_cast<std::uintptr_t>(section.stored.data()) %  // NOLINT
                             alignof(std::uint64_t) ==
                         0;
    if (section.entry.codec == Codec::kRaw && aligned) {
      rows = {section.stored, owner_};
      return;
    }
    const std::span<std::byte> space = take_memory(section, rows);
    if (section.entry.codec == Codec::kRaw) {
      std::copy(section.stored.begin(), section.stored.end(), space.begin());
      return;
    }
    for (const PackedChunk& chunk : section.chunks) {
      const std::size_t begin = chunk.chunk.first_row * chunk.chunk.width;
      tasks.push_back({&chunk, space.subspan(begin, chunk.chunk.bytes()), section.entry.kind});
    }
  }

  /// The memory is not cleared: the threads that unpack touch it first, in parallel.
  [[nodiscard]] std::span<std::byte> take_memory(const Section& section, Rows& rows) const {
    const std::uint64_t size = section.unpacked_size();
    try {
      std::shared_ptr<std::byte[]> memory(new std::byte[size]);  // NOLINT: an array of bytes.
      const std::span<std::byte> space(memory.get(), size);
      rows = {space, std::move(memory)};
      return space;
    } catch (const std::bad_alloc&) {
      reject(name_, section.entry.offset,
             fmt::format("not enough memory for the {} bytes that section {} unpacks to", size,
                         traits(section.entry.kind).name));
    }
  }

  /// A byte that is neither 0 nor 1 must not be read as a bool.
  void check_roots() {
    const std::span<const std::byte> bytes = rows_of(SectionKind::kRoot).bytes;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(dump::Root)) {
      if (bytes[at + offsetof(dump::Root, counted)] > std::byte{1}) {
        return lose(SectionKind::kRoot, offset_of(SectionKind::kRoot),
                    fmt::format("section root, row {}: the flag is neither 0 nor 1",
                                at / sizeof(dump::Root)));
      }
    }
  }

  template <class T>
  void assign(SectionKind kind, dump::Column<T>& column) {
    static_assert(
        std::has_unique_object_representations_v<T> && alignof(T) <= alignof(std::uint64_t),
        "rows are the bytes of the file");
    const Rows& rows = rows_of(kind);
    const auto* const first = reinterpret_cast<const T*>(rows.bytes.data());  // NOLINT
    column = dump::Column<T>(std::span<const T>(first, rows.bytes.size() / sizeof(T)), rows.owner);
  }

  [[nodiscard]] Rows& rows_of(SectionKind kind) {
    return rows_[static_cast<std::size_t>(kind) - 1];
  }

  [[nodiscard]] std::uint64_t offset_of(SectionKind kind) const {
    const auto section = std::find_if(sections_.begin(), sections_.end(),
                                      [&](const Section& each) { return each.entry.kind == kind; });
    return section == sections_.end() ? 0 : section->entry.offset;
  }

  std::vector<Section> sections_;
  std::vector<Rows> rows_;  // One element for each kind.
  std::shared_ptr<const void> owner_;
  std::string_view name_;
  LostSections* lost_;
  dump::HeapColumns columns_;
};

dump::Heap heap_of(dump::HeapColumns columns, std::string_view name) {
  try {
    return dump::Heap(std::move(columns));
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", name, error.what()));
  }
}

dump::Heap read_intact(std::span<const std::byte> bytes,
                       std::shared_ptr<const void> owner,
                       std::string_view name,
                       const ReadOptions& options) {
  Reader reader(read_sections(bytes, name), std::move(owner), name);
  reader.check_limit(options.max_unpacked_bytes);
  return heap_of(reader.read(), name);
}

void require_essentials(const LostSections& lost, std::uint64_t end, std::string_view name) {
  for (const auto& [kind, offset] : lost) {
    if (is_essential(kind)) {
      reject(name, offset.value_or(end),
             fmt::format("section {} is lost, and a heap is useless without it: nothing can be "
                         "salvaged",
                         traits(kind).name));
    }
  }
}

/// Whether the filter of the targets can only be undone with the types.
bool targets_need_types(const std::vector<Section>& sections) {
  return std::any_of(sections.begin(), sections.end(), [](const Section& section) {
    return section.entry.codec == Codec::kZstd && section.entry.filter == Filter::kTarget;
  });
}

dump::Heap read_remains(std::span<const std::byte> bytes,
                        std::shared_ptr<const void> owner,
                        std::string_view name,
                        const ReadOptions& options) {
  Remains remains = find_remains(bytes, name);
  require_essentials(remains.lost, bytes.size(), name);
  const bool need_types = targets_need_types(remains.sections);
  Reader reader(std::move(remains.sections), std::move(owner), name, &remains.lost);
  reader.check_limit(options.max_unpacked_bytes);
  dump::HeapColumns columns = reader.read();
  require_essentials(remains.lost, bytes.size(), name);
  columns.diagnostics = std::move(remains.diagnostics);
  if (remains.lost.empty() && columns.diagnostics.empty()) {
    columns.diagnostics.add({dump::DiagnosticCode::kDamagedPadding, 1, std::nullopt,
                             "bytes between the sections are damaged: nothing is lost"});
  }
  try {
    repair(columns, remains.lost, need_types);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", name, error.what()));
  }
  return heap_of(std::move(columns), name);
}

}  // namespace

bool probe_hsd(std::span<const std::byte> bytes) {
  // Only the first four: a transfer in text mode may have changed the rest, which the reader
  // reports.
  const auto magic = std::as_bytes(std::span(kMagic)).first(std::min<std::size_t>(4, bytes.size()));
  return !bytes.empty() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

dump::Heap read_hsd(std::span<const std::byte> bytes,
                    std::shared_ptr<const void> owner,
                    std::string_view file,
                    const ReadOptions& options) {
  if (!options.salvage) {
    return read_intact(bytes, std::move(owner), file, options);
  }
  try {
    return read_intact(bytes, owner, file, options);
  } catch (const Error&) {
    return read_remains(bytes, std::move(owner), file, options);
  }
}

}  // namespace heapscan::formats
