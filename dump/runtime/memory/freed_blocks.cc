#include "dump/runtime/memory/freed_blocks.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::dump::runtime {
namespace {

constexpr unsigned char kFreedByte = 0xDD;

PlaceSet& used_places(const Pool* pool) {
  return pool->arena()->used[pool->row()];
}

}  // namespace

void fill_freed(void* block, std::size_t size) {
  std::memset(block, kFreedByte, size);
}

void note_used(void* block) {
  const Pool* const pool = Pool::of(block);
  const auto* const bytes = static_cast<const unsigned char*>(block);
  const auto* const end = bytes + pool->block_size();
  const auto* const changed =
      std::find_if(bytes + kLinkSize, end, [](unsigned char c) { return c != kFreedByte; });
  if (changed != end) {
    throw Error(ErrorKind::kInternal,
                fmt::format("the freed block {} of {} bytes was written to at byte {}", block,
                            pool->block_size(), changed - bytes));
  }
  used_places(pool).insert(Pool::place_of(block));
}

void note_freed(void* block) {
  const Pool* const pool = Pool::of(block);
  PlaceSet& used = used_places(pool);
  if (!used.contains(Pool::place_of(block)) ||
      reinterpret_cast<std::uintptr_t>(block) % kBlockAlignment != 0) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} is released but is not a block in use: released twice?", block));
  }
  used.erase(Pool::place_of(block));
  fill_freed(block, pool->block_size());
}

}  // namespace heapscan::dump::runtime
