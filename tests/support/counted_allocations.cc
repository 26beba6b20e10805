#include "tests/support/counted_allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

struct Allocations {
  std::atomic<std::size_t> now = 0;
  std::atomic<std::size_t> peak = 0;
};

Allocations& allocations() {
  static constinit Allocations counted;
  return counted;
}

void* allocate(std::size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) {
    throw std::bad_alloc();
  }
  Allocations& counted = allocations();
  const std::size_t bytes = malloc_usable_size(block);
  const std::size_t now = counted.now.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (now > counted.peak.load(std::memory_order_relaxed)) {
    counted.peak.store(now, std::memory_order_relaxed);
  }
  return block;
}

void deallocate(void* block) noexcept {
  allocations().now.fetch_sub(malloc_usable_size(block), std::memory_order_relaxed);
  std::free(block);
}

}  // namespace

namespace heapscan::tests {

std::size_t bytes_in_use() {
  return allocations().now;
}

std::size_t peak_of_bytes_in_use() {
  return allocations().peak;
}

void reset_peak() {
  allocations().peak = bytes_in_use();
}

}  // namespace heapscan::tests

void* operator new(std::size_t size) {
  return allocate(size);
}

void* operator new[](std::size_t size) {
  return allocate(size);
}

void operator delete(void* block) noexcept {
  deallocate(block);
}

void operator delete[](void* block) noexcept {
  deallocate(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
  deallocate(block);
}

void operator delete[](void* block, std::size_t /*size*/) noexcept {
  deallocate(block);
}
