#include "formats/hsd/hsd_codec.h"

#include <new>
#include <string>

#include <xxhash.h>
#include <zstd.h>

#include "dump/error.h"

namespace heapscan::formats::hsd {
namespace {

/// Level 1: the filters achieve what higher levels would, in a fraction of the time.
constexpr int kZstdLevel = 1;

template <class Pointer>
Pointer require_memory(Pointer pointer) {
  if (pointer == nullptr) {
    throw std::bad_alloc();
  }
  return pointer;
}

}  // namespace

std::uint64_t checksum(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

void Checksum::Free::operator()(XXH3_state_s* state) const {
  XXH3_freeState(state);
}

Checksum::Checksum() : state_(require_memory(XXH3_createState())) {
  XXH3_64bits_reset(state_.get());
}

void Checksum::add(std::span<const std::byte> bytes) {
  XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
}

std::uint64_t Checksum::value() const {
  return XXH3_64bits_digest(state_.get());
}

void ChunkPacker::Free::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

ChunkPacker::ChunkPacker() : zstd_(require_memory(ZSTD_createCCtx())) {}

std::vector<std::byte> ChunkPacker::pack(const Chunk& chunk,
                                         std::span<const std::byte> rows,
                                         const ReferenceContext& context) {
  const std::span<const std::byte> filtered = filter_.apply(chunk, rows, context);
  packed_.resize(ZSTD_compressBound(filtered.size()));
  const std::size_t size = ZSTD_compressCCtx(zstd_.get(), packed_.data(), packed_.size(),
                                             filtered.data(), filtered.size(), kZstdLevel);
  if (ZSTD_isError(size) != 0U) {
    throw Error(ErrorKind::kInternal, std::string("zstd: ") + ZSTD_getErrorName(size));
  }
  return {packed_.begin(), packed_.begin() + static_cast<std::ptrdiff_t>(size)};
}

bool may_unpack_to(std::span<const std::byte> packed, std::size_t size) {
  return size / kMaxZstdExpansion <= packed.size() &&
         ZSTD_getFrameContentSize(packed.data(), packed.size()) == size;
}

void ChunkUnpacker::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

ChunkUnpacker::ChunkUnpacker() : zstd_(require_memory(ZSTD_createDCtx())) {}

bool ChunkUnpacker::unpack(const Chunk& chunk,
                           std::span<const std::byte> packed,
                           const ReferenceContext& context,
                           std::span<std::byte> rows) {
  const bool direct = chunk.filter == Filter::kNone;
  if (!direct) {
    filtered_.resize(rows.size());
  }
  const std::span<std::byte> plain = direct ? rows : std::span<std::byte>(filtered_);
  const std::size_t size =
      ZSTD_decompressDCtx(zstd_.get(), plain.data(), plain.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0U || size != rows.size()) {
    return false;
  }
  if (!direct) {
    undo_filter(chunk, plain, context, rows);
  }
  return true;
}

}  // namespace heapscan::formats::hsd
