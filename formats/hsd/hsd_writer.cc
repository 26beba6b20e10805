#include <algorithm>
#include <functional>
#include <ostream>
#include <utility>
#include <vector>

#include "formats/hsd/hsd.h"
#include "formats/hsd/hsd_codec.h"
#include "formats/hsd/hsd_columns.h"
#include "formats/hsd/hsd_facts.h"
#include "formats/hsd/hsd_layout.h"
#include "formats/hsd/parallel.h"
#include "formats/output/output_file.h"

namespace heapscan::formats {
namespace {

using namespace hsd;  // NOLINT(google-build-using-namespace): the writer of that format.

/// Chunks that are packed before any of them is written: enough work for all threads, little
/// memory.
constexpr std::size_t kBatch = 32;

/// Takes the bytes of the file, in order.
using Sink = std::function<void(std::span<const std::byte> bytes)>;

class Writer {
 public:
  Writer(Sink sink, Compression compression, const ReferenceContext& context)
      : sink_(std::move(sink)), compression_(compression), context_(context) {}

  void write_header() {
    Header header;
    header.checksum = checksum(bytes_of(header).first(kHeaderChecksumAt));
    write(bytes_of(header));
  }

  void write_section(SectionKind kind, std::span<const std::byte> rows) {
    const SectionTraits& section = traits(kind);
    if (rows.empty() && !section.required) {
      return;
    }
    pad();
    SectionEntry entry;
    entry.kind = kind;
    entry.width = section.width;
    entry.rows = rows.size() / section.width;
    entry.offset = position_;
    if (compression_ == Compression::kZstd && !rows.empty()) {
      entry.codec = Codec::kZstd;
      entry.filter = section.filter;
      entry.chunk_rows = static_cast<std::uint32_t>(kChunkBytes / section.width);
      entry.checksum = write_chunks(entry, rows);
    } else {
      write(rows);
      entry.checksum = checksum(rows);
    }
    entry.stored_size = position_ - entry.offset;
    table_.push_back(entry);
  }

  void write_table_and_footer() {
    pad();
    const auto table = std::as_bytes(std::span(table_));
    Footer footer;
    footer.table_offset = position_;
    footer.file_size = footer.table_offset + table.size() + sizeof(Footer);
    footer.section_count = static_cast<std::uint32_t>(table_.size());
    footer.table_checksum = checksum(table);
    footer.checksum = checksum(bytes_of(footer).first(kFooterChecksumAt));
    write(table);
    write(bytes_of(footer));
  }

 private:
  void write(std::span<const std::byte> bytes) {
    sink_(bytes);
    position_ += bytes.size();
  }

  void pad() {
    const std::array<std::byte, kAlignment> zeros = {};
    write(std::span(zeros).first(padding_at(position_)));
  }

  /// Writes the chunks and their table. Returns the checksum of what was written.
  std::uint64_t write_chunks(const SectionEntry& entry, std::span<const std::byte> rows) {
    const std::size_t count = (entry.rows + entry.chunk_rows - 1) / entry.chunk_rows;
    Checksum sum;
    std::vector<ChunkSize> sizes;
    sizes.reserve(count);
    for (std::size_t first = 0; first < count; first += kBatch) {
      for (const auto& packed : pack_batch(entry, rows, first, std::min(kBatch, count - first))) {
        sizes.push_back(static_cast<ChunkSize>(packed.size()));
        sum.add(packed);
        write(packed);
      }
    }
    const auto table = std::as_bytes(std::span(sizes));
    sum.add(table);
    write(table);
    return sum.value();
  }

  [[nodiscard]] std::vector<std::vector<std::byte>> pack_batch(const SectionEntry& entry,
                                                               std::span<const std::byte> rows,
                                                               std::size_t first_chunk,
                                                               std::size_t count) const {
    std::vector<std::vector<std::byte>> packed(count);
    run_tasks(count, std::min(count * kChunkBytes, rows.size()), [&] {
      return [&, packer = ChunkPacker()](std::size_t task) mutable {
        Chunk chunk;
        chunk.first_row = (first_chunk + task) * entry.chunk_rows;
        chunk.rows = std::min<std::size_t>(entry.chunk_rows, entry.rows - chunk.first_row);
        chunk.width = entry.width;
        chunk.filter = entry.filter;
        packed[task] = packer.pack(
            chunk, rows.subspan(chunk.first_row * entry.width, chunk.bytes()), context_);
      };
    });
    return packed;
  }

  Sink sink_;
  std::uint64_t position_ = 0;
  Compression compression_;
  ReferenceContext context_;
  std::vector<SectionEntry> table_;
};

void write_heap(const dump::Heap& heap, Compression compression, Sink sink) {
  const dump::HeapColumns& columns = heap.columns();
  const ReferenceContext context = {columns.reference_begin.span(), columns.type.span(),
                                    columns.types.span(), columns.kind.span(),
                                    columns.target.span()};
  Writer writer(std::move(sink), compression, context);
  writer.write_header();
  writer.write_section(SectionKind::kFacts, facts_to_bytes(columns.facts));
  for_each_column(columns, [&](SectionKind kind, const auto& column) {
    writer.write_section(kind, std::as_bytes(column.span()));
  });
  writer.write_table_and_footer();
}

}  // namespace

void write_hsd(const dump::Heap& heap, const std::filesystem::path& path, Compression compression) {
  OutputFile file(path);
  write_heap(heap, compression, [&file](std::span<const std::byte> bytes) { file.write(bytes); });
  file.commit();
}

void write_hsd(const dump::Heap& heap, std::ostream& out) {
  write_heap(heap, Compression::kZstd, [&out](std::span<const std::byte> bytes) {
    out.write(reinterpret_cast<const char*>(bytes.data()),  // NOLINT: bytes as chars.
              static_cast<std::streamsize>(bytes.size()));
  });
}

}  // namespace heapscan::formats
