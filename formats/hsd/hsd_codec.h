#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "formats/hsd/hsd_filter.h"

struct XXH3_state_s;
struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace heapscan::formats::hsd {

/// XXH3-64.
[[nodiscard]] std::uint64_t checksum(std::span<const std::byte> bytes);

/// A checksum that is computed piece by piece.
class Checksum {
 public:
  Checksum();
  void add(std::span<const std::byte> bytes);
  [[nodiscard]] std::uint64_t value() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };

  std::unique_ptr<XXH3_state_s, Free> state_;
};

/// Packs chunks: first the filter of their section, then zstd. One per thread.
class ChunkPacker {
 public:
  ChunkPacker();

  /// The zstd frame of the chunk with these rows.
  [[nodiscard]] std::vector<std::byte> pack(const Chunk& chunk,
                                            std::span<const std::byte> rows,
                                            const ReferenceContext& context);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };

  std::unique_ptr<ZSTD_CCtx_s, Free> zstd_;
  FilterScratch filter_;
  std::vector<std::byte> packed_;
};

/// Whether `packed` can be the zstd frame of a chunk of `size` bytes, judging by its header and the
/// limits of the format: to be checked before memory is allocated for the rows.
[[nodiscard]] bool may_unpack_to(std::span<const std::byte> packed, std::size_t size);

/// Unpacks chunks. One per thread.
class ChunkUnpacker {
 public:
  ChunkUnpacker();

  /// False if `packed` is not a zstd frame of exactly rows.size() bytes; the contents of `rows` are
  /// then unspecified.
  [[nodiscard]] bool unpack(const Chunk& chunk,
                            std::span<const std::byte> packed,
                            const ReferenceContext& context,
                            std::span<std::byte> rows);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  std::unique_ptr<ZSTD_DCtx_s, Free> zstd_;
  std::vector<std::byte> filtered_;
};

}  // namespace heapscan::formats::hsd
