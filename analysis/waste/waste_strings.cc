// Duplicate strings: constant strings of equal value; one of them is enough. All but one would be
// freed, so the bytes saved are their shallow sizes.
//
// Strings count as equal if the 64-bit hash of their characters, the type and the size agree: a
// dump has no more than that of long strings. Among ten million different strings of one size, two
// have the same hash with a probability of 3 in a million. A str that was also encoded to UTF-8 is
// larger than one that was not, so the figure is a lower bound. Strings above 1 MiB have no hash.
#include <algorithm>
#include <tuple>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

struct HashedString {
  std::uint64_t hash = 0;
  ObjectId id;
};

}  // namespace

void find_duplicate_strings(WasteSearch& search) {
  const Heap& heap = search.heap();
  const auto hashes = heap.columns().content_hash.span();
  if (hashes.empty()) {
    return;
  }
  std::vector<HashedString> strings;
  for (const ObjectId id : heap.objects()) {
    if (hashes[id.value()] != 0 && search.is(id, TypeRole::kString) && search.reached(id)) {
      strings.push_back({hashes[id.value()], id});
    }
  }
  const auto value = [&heap](const HashedString& string) {
    return std::tuple(string.hash, heap.size(string.id), heap.type(string.id));
  };
  std::sort(strings.begin(), strings.end(), [&](const HashedString& a, const HashedString& b) {
    if (a.hash != b.hash) {
      return a.hash < b.hash;
    }
    const auto value_a = value(a);
    const auto value_b = value(b);
    return value_a != value_b ? value_a < value_b : a.id < b.id;
  });
  std::vector<ObjectId> equal;
  for (std::size_t first = 0; first < strings.size(); first += equal.size()) {
    equal.clear();
    for (std::size_t at = first; at < strings.size() && value(strings[at]) == value(strings[first]);
         ++at) {
      equal.push_back(strings[at].id);
    }
    if (equal.size() > 1) {
      search.add_equal(WasteKind::kDuplicateText, equal);
    }
  }
}

}  // namespace heapscan::analysis
