#include <algorithm>
#include <cstring>
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

class Writer {
 public:
  Writer(OutputFile& file, Compression compression, const ReferenceContext& context)
      : file_(file), compression_(compression), context_(context) {}

  void write_header() {
    Header header;
    header.checksum = checksum(bytes_of(header).first(kHeaderChecksumAt));
    file_.write(bytes_of(header));
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
    entry.offset = file_.position();
    if (compression_ == Compression::kZstd && !rows.empty()) {
      entry.codec = Codec::kZstd;
      entry.filter = section.filter;
      entry.chunk_rows = static_cast<std::uint32_t>(kChunkBytes / section.width);
      entry.checksum = write_chunks(entry, rows);
    } else {
      file_.write(rows);
      entry.checksum = checksum(rows);
    }
    entry.stored_size = file_.position() - entry.offset;
    table_.push_back(entry);
  }

  void write_table_and_footer() {
    pad();
    const auto table = std::as_bytes(std::span(table_));
    Footer footer;
    footer.table_offset = file_.position();
    footer.file_size = footer.table_offset + table.size() + sizeof(Footer);
    footer.section_count = static_cast<std::uint32_t>(table_.size());
    footer.table_checksum = checksum(table);
    footer.checksum = checksum(bytes_of(footer).first(kFooterChecksumAt));
    file_.write(table);
    file_.write(bytes_of(footer));
  }

 private:
  void pad() {
    const std::array<std::byte, kAlignment> zeros = {};
    file_.write(std::span(zeros).first(padding_at(file_.position())));
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
        file_.write(packed);
      }
    }
    const auto table = std::as_bytes(std::span(sizes));
    sum.add(table);
    file_.write(table);
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

  OutputFile& file_;
  Compression compression_;
  ReferenceContext context_;
  std::vector<SectionEntry> table_;
};

}  // namespace

void write_hsd(const dump::Heap& heap, const std::filesystem::path& path, Compression compression) {
  const dump::HeapColumns& columns = heap.columns();
  const ReferenceContext context = {columns.reference_begin.span(), columns.type.span(),
                                    columns.types.span(), columns.kind.span(),
                                    columns.target.span()};
  OutputFile file(path);
  Writer writer(file, compression, context);
  writer.write_header();
  writer.write_section(SectionKind::kFacts, facts_to_bytes(columns.facts));
  for_each_column(columns, [&](SectionKind kind, const auto& column) {
    writer.write_section(kind, std::as_bytes(column.span()));
  });
  writer.write_table_and_footer();
  file.commit();
}

}  // namespace heapscan::formats
