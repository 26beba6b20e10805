// Lists of numbers: lists whose items are all ints, or all floats, which array.array('q') or ('d')
// would hold as 8 bytes each. What is saved is the list with its spare room and those numbers that
// nothing else holds, less an array of as many items.
//
// Ints count only when each surely fits into 64 bits: an int of up to 32 bytes has at most two
// digits of 30 bits. Of a number that is an item twice, or held by something else too, nothing is
// saved: the reference count tells, so the figure is a lower bound.
#include <cstddef>
#include <optional>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

constexpr std::uint64_t kItem = 8;
constexpr std::uint64_t kLargestInt = 32;

/// The bytes of the numbers that go away with the list; nothing when an item is no such number.
std::optional<std::uint64_t> own_numbers(const WasteSearch& search, ObjectId list) {
  const Heap& heap = search.heap();
  const auto items = heap.targets(list);
  if (items.empty()) {
    return std::nullopt;
  }
  const std::string_view type = heap.type_name(items.front());
  if (type != "int" && type != "float") {
    return std::nullopt;
  }
  std::uint64_t own = 0;
  for (const ObjectId item : items) {
    if (heap.type_name(item) != type || (type == "int" && heap.size(item) > kLargestInt)) {
      return std::nullopt;
    }
    own += heap.refcount(item) == 1 && !search.is_permanent(item) ? heap.size(item) : 0;
  }
  return own;
}

}  // namespace

void find_number_lists(WasteSearch& search, const PythonSizes& sizes) {
  const Heap& heap = search.heap();
  for (const ObjectId id : heap.objects()) {
    if (!search.is(id, "list") || !search.reached(id)) {
      continue;
    }
    const std::optional<std::uint64_t> numbers = own_numbers(search, id);
    const std::uint64_t before = heap.size(id) + numbers.value_or(0);
    const std::uint64_t after = sizes.array + heap.out_degree(id) * kItem;
    if (numbers && before > after) {
      search.add(WasteKind::kNumberList, id, before - after);
      search.taken().insert(id);
    }
  }
}

}  // namespace heapscan::analysis
