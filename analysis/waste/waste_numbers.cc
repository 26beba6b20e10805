// Lists of numbers: lists whose items are all integers, or all floating-point numbers, which an
// array (in Python, array.array('q') or ('d')) would hold as 8 bytes each. What is saved is the
// list with its spare capacity and those numbers that nothing else refers to, less an array of as
// many items.
//
// Integers count only if each certainly fits in 64 bits, as its size shows. A number that is an
// item twice, or that something else refers to, saves nothing. That is taken from the reference
// count, so the figure is a lower bound.
#include <cstddef>
#include <optional>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

constexpr std::uint64_t kItem = 8;

/// The bytes of the numbers that would be freed with the list; nothing if an item is not such a
/// number.
std::optional<std::uint64_t> own_numbers(const WasteSearch& search,
                                         const ObjectSizes& sizes,
                                         ObjectId list) {
  const Heap& heap = search.heap();
  const auto items = heap.targets(list);
  if (items.empty()) {
    return std::nullopt;
  }
  const bool integers = search.is(items.front(), TypeRole::kInteger);
  const TypeRole role = integers ? TypeRole::kInteger : TypeRole::kFloat;
  std::uint64_t own = 0;
  for (const ObjectId item : items) {
    if (!search.is(item, role) || (integers && heap.size(item) > sizes.largest_int64)) {
      return std::nullopt;
    }
    own += heap.refcount(item) == 1 && !search.is_permanent(item) ? heap.size(item) : 0;
  }
  return own;
}

}  // namespace

void find_number_lists(WasteSearch& search, const ObjectSizes& sizes) {
  const Heap& heap = search.heap();
  for (const ObjectId id : heap.objects()) {
    if (!search.is(id, TypeRole::kList) || !search.reached(id)) {
      continue;
    }
    const std::optional<std::uint64_t> numbers = own_numbers(search, sizes, id);
    const std::uint64_t before = heap.size(id) + numbers.value_or(0);
    const std::uint64_t after = sizes.array + heap.out_degree(id) * kItem;
    if (numbers && before > after) {
      search.add(WasteKind::kNumberList, id, before - after);
      search.taken().insert(id);
    }
  }
}

}  // namespace heapscan::analysis
