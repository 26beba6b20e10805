#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dump/heap.h"
#include "formats/hsd/hsd_layout.h"

namespace heapscan::formats::hsd {

/// The columns from which the filters of targets and labels predict a row. They may come from a
/// hostile file: any content is safe, but wrong content gives wrong rows.
struct ReferenceContext {
  std::span<const std::uint64_t> reference_begin;
  std::span<const dump::TypeId> type;
  std::span<const dump::Type> types;
  std::span<const dump::ReferenceKind> kind;
  std::span<const dump::ObjectId> target;  ///< Used by the filter of labels only.
};

/// Rows of one column that are stored together.
struct Chunk {
  std::size_t first_row = 0;
  std::size_t rows = 0;
  std::uint16_t width = 0;
  Filter filter = Filter::kNone;

  [[nodiscard]] std::size_t bytes() const { return rows * width; }
};

/// Whether the filter is defined for rows of this kind and width.
[[nodiscard]] bool filter_applies(Filter filter, SectionKind kind, std::uint16_t width);

/// Applies filters, in buffers that are reused from chunk to chunk.
class FilterScratch {
 public:
  /// The filtered rows. Valid until the next call and as long as `rows`.
  [[nodiscard]] std::span<const std::byte> apply(const Chunk& chunk,
                                                 std::span<const std::byte> rows,
                                                 const ReferenceContext& context);

 private:
  std::vector<std::byte> residuals_;
  std::vector<std::byte> planes_;
};

/// Restores the rows of the chunk from its filtered bytes. Both have chunk.bytes() bytes and do not
/// overlap. Requires: filter_applies().
void undo_filter(const Chunk& chunk,
                 std::span<const std::byte> filtered,
                 const ReferenceContext& context,
                 std::span<std::byte> rows);

}  // namespace heapscan::formats::hsd
