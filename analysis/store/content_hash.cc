#include "analysis/store/content_hash.h"

#include <span>

#include <xxhash.h>

namespace heapscan::analysis::store {
namespace {

template <class T>
std::uint64_t add(std::uint64_t hash, std::span<const T> rows) {
  return XXH3_64bits_withSeed(rows.data(), rows.size_bytes(), hash);
}

}  // namespace

std::int64_t content_hash(const dump::Heap& heap) {
  const dump::HeapColumns& columns = heap.columns();
  std::uint64_t hash = 0;
  for (const std::int64_t fact : {heap.facts().pid, heap.facts().taken_at}) {
    hash = add(hash, std::span(&fact, 1));
  }
  hash = add(hash, columns.address.span());
  hash = add(hash, columns.size.span());
  hash = add(hash, columns.refcount.span());
  hash = add(hash, columns.reference_begin.span());
  hash = add(hash, columns.target.span());
  hash = add(hash, columns.label.span());
  hash = add(hash, columns.root.span());
  return static_cast<std::int64_t>(hash);
}

}  // namespace heapscan::analysis::store
