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
  Reader(std::vector<Section> sections, std::shared_ptr<const void> owner, std::string_view name)
      : sections_(std::move(sections)),
        rows_(kSections.size()),
        owner_(std::move(owner)),
        name_(name) {}

  /// Before memory is taken for any section.
  void check_limit(std::uint64_t max_unpacked_bytes) const {
    std::uint64_t left = max_unpacked_bytes;
    for (const Section& section : sections_) {
      if (section.entry.codec == Codec::kRaw) {
        continue;
      }
      if (section.unpacked_size() > left) {
        reject(name_, section.entry.offset,
               fmt::format("section {} unpacks to {} bytes, and {} are left of the {} that may be "
                           "used: read it on a machine with more memory",
                           traits(section.entry.kind).name, section.unpacked_size(), left,
                           max_unpacked_bytes));
      }
      left -= section.unpacked_size();
    }
  }

  [[nodiscard]] dump::HeapColumns read() {
    // The filter of targets needs the other columns, that of labels the targets too.
    unpack([](SectionKind kind) {
      return kind != SectionKind::kTarget && kind != SectionKind::kLabel;
    });
    unpack([](SectionKind kind) { return kind == SectionKind::kTarget; });
    unpack([](SectionKind kind) { return kind == SectionKind::kLabel; });
    try {
      columns_.facts = facts_from_bytes(rows_of(SectionKind::kFacts).bytes);
    } catch (const Error& error) {
      reject(name_, offset_of(SectionKind::kFacts), error.what());
    }
    return std::move(columns_);
  }

 private:
  struct Task {
    const PackedChunk* chunk = nullptr;
    std::span<std::byte> rows;
    SectionKind section = SectionKind::kFacts;
  };

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
        const Task& task = tasks[row];
        if (!unpacker.unpack(task.chunk->chunk, task.chunk->packed, context, task.rows)) {
          reject(name_, task.chunk->offset,
                 fmt::format("a chunk of section {} does not unpack to the {} bytes that it claims",
                             traits(task.section).name, task.rows.size()));
        }
      };
    });
    check_roots();
    for_each_column(columns_, [&](SectionKind kind, auto& column) { assign(kind, column); });
  }

  /// Finds a place for the rows of the section and adds the tasks that fill it.
  void prepare(const Section& section, std::vector<Task>& tasks) {
    Rows& rows = rows_of(section.entry.kind);
    // Rows are used in place where the columns' types may lie; a file mapped into memory is such a
    // place, any bytes in memory need not be.
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
             fmt::format("no memory for the {} bytes that section {} unpacks to", size,
                         traits(section.entry.kind).name));
    }
  }

  /// A bool that is neither 0 nor 1 must not be looked at as one.
  void check_roots() {
    const std::span<const std::byte> bytes = rows_of(SectionKind::kRoot).bytes;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(dump::Root)) {
      if (bytes[at + offsetof(dump::Root, counted)] > std::byte{1}) {
        reject(name_, offset_of(SectionKind::kRoot),
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
  std::vector<Rows> rows_;  // A row for each kind.
  std::shared_ptr<const void> owner_;
  std::string_view name_;
  dump::HeapColumns columns_;
};

}  // namespace

bool probe_hsd(std::span<const std::byte> bytes) {
  // The first four: the rest may have been changed by a transfer in text mode, which the reader
  // then says.
  const auto magic = std::as_bytes(std::span(kMagic)).first(std::min<std::size_t>(4, bytes.size()));
  return !bytes.empty() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

dump::Heap read_hsd(std::span<const std::byte> bytes,
                    std::shared_ptr<const void> owner,
                    std::string_view name,
                    const HsdReadOptions& options) {
  Reader reader(read_sections(bytes, name), std::move(owner), name);
  reader.check_limit(options.max_unpacked_bytes);
  dump::HeapColumns columns = reader.read();
  try {
    return dump::Heap(std::move(columns));
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", name, error.what()));
  }
}

}  // namespace heapscan::formats
