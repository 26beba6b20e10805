#pragma once

#include <cstddef>
#include <cstring>

#include "dump/runtime/memory/pool.h"

#if defined(__SANITIZE_ADDRESS__)
#define HEAPSCAN_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEAPSCAN_ADDRESS_SANITIZER 1
#endif
#endif
#ifdef HEAPSCAN_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

/// What a freed block contains, and how uses of freed blocks are detected.
namespace heapscan::dump::runtime {

/// Whether AddressSanitizer stops every access to a freed block in this build.
#ifdef HEAPSCAN_ADDRESS_SANITIZER
inline constexpr bool kPoisonsFreedBlocks = true;
#else
inline constexpr bool kPoisonsFreedBlocks = false;
#endif

/// The first word of a freed block links it to the next one of its pool.
inline constexpr std::size_t kLinkSize = sizeof(void*);

inline void* read_link(const void* block) {
  void* link = nullptr;
  std::memcpy(&link, block, kLinkSize);
  return link;
}

inline void write_link(void* block, void* link) {
  std::memcpy(block, &link, kLinkSize);
}

/// Poisons a freed block, except for its link.
inline void forbid([[maybe_unused]] void* block, [[maybe_unused]] std::size_t size) {
#ifdef HEAPSCAN_ADDRESS_SANITIZER
  ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(block) + kLinkSize, size - kLinkSize);
#endif
}

inline void permit([[maybe_unused]] void* block, [[maybe_unused]] std::size_t size) {
#ifdef HEAPSCAN_ADDRESS_SANITIZER
  ASAN_UNPOISON_MEMORY_REGION(block, size);
#endif
}

/// Fills a free block with the pattern that note_used() looks for.
void fill_freed(void* block, std::size_t size);

/// Records that a free block is in use from now on. Throws Error(kInternal) if it was written to
/// since fill_freed().
void note_used(void* block);

/// Records that a block is free from now on, and fills it. Throws Error(kInternal) if it is not a
/// block in use.
void note_freed(void* block);

}  // namespace heapscan::dump::runtime
