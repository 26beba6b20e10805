#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dump/error.h"
#include "dump/heap.h"
#include "formats/hsd/hsd.h"
#include "tests/fuzz/hsd_seal.h"

// Feeds arbitrary bytes to the HSD reader, once as they are and once with corrected checksums, so
// that the fuzzer gets past them, each without and with --salvage. Whatever the bytes, the result
// must be an Error, or a heap that can be visited entirely.

namespace {

using heapscan::dump::Heap;
using heapscan::dump::ObjectId;

constexpr std::uint64_t kMaxUnpackedBytes = std::uint64_t{16} << 20U;

/// Reads every row that an analysis would, so that a sanitizer detects what is out of bounds.
/// Returns a value that depends on all of them.
std::uint64_t visit(const Heap& heap) {
  std::uint64_t sum = 0;
  for (const ObjectId object : heap.objects()) {
    sum += heap.address(object) + heap.size(object) + heap.refcount(object) +
           heap.flags(object).bits() + heap.type_name(object).size() +
           heap.value(object).value_or("").size() + heap.referrers(object).size() +
           heap.weak_references(object).size();
    for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(object); ++ordinal) {
      sum += to_string(heap.reference(object, ordinal).kind).size() +
             heap.address(heap.reference(object, ordinal).target);
    }
  }
  for (const heapscan::dump::Root& root : heap.roots()) {
    sum += to_string(root.kind).size() + heap.address(root.object) + (root.counted ? 1 : 0) +
           (root.label.has_value() ? heap.string(root.label).size() : 0);
  }
  return sum;
}

void read(const std::vector<std::byte>& file, bool salvage) {
  const auto owner = std::make_shared<const std::vector<std::byte>>(file);
  try {
    const Heap heap = heapscan::formats::read_hsd(
        *owner, owner, "input", {.max_unpacked_bytes = kMaxUnpackedBytes, .salvage = salvage});
    // Volatile, so that the compiler does not find out that nobody needs the sum.
    const volatile std::uint64_t visited = visit(heap);
    static_cast<void>(visited);
  } catch (const heapscan::Error& error) {
    if (error.kind() != heapscan::ErrorKind::kBadInput) {
      throw;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  for (const bool salvage : {false, true}) {
    read(file, salvage);
  }
  heapscan::tests::seal_hsd(file);
  for (const bool salvage : {false, true}) {
    read(file, salvage);
  }
  return 0;
}
