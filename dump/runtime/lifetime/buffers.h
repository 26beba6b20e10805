#pragma once

#include <cstddef>

#include "dump/runtime/objects/object_header.h"

// Memory that an object owns in addition to its block; its traced size includes it.

namespace heapscan::dump::runtime {

/// Throws std::bad_alloc.
[[nodiscard]] void* allocate_buffer(Object* owner, std::size_t size);

/// `buffer` may be nullptr, with a size of 0. Requires: new_size > 0. Throws std::bad_alloc,
/// leaving the buffer unchanged.
[[nodiscard]] void* resize_buffer(Object* owner,
                                  void* buffer,
                                  std::size_t size,
                                  std::size_t new_size);
void release_buffer(Object* owner, void* buffer, std::size_t size) noexcept;

}  // namespace heapscan::dump::runtime
