// Duplicate texts: str and bytes objects of equal value, of which one would do. What goes away are
// all of them but one, so the bytes saved are the shallow sizes of those.
//
// Equal is what has the same 64-bit hash of its characters, the same type and the same size: a
// dump has no more of long texts. Two different texts of one size among ten million have the same
// hash with a probability of 3 in a million. A text that was also encoded to UTF-8 has another size
// than one that was not, so the figure is a lower bound. Texts above 1 MiB have no hash.
#include <algorithm>
#include <array>
#include <tuple>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

struct Text {
  std::uint64_t hash = 0;
  ObjectId id;
};

}  // namespace

void find_duplicate_texts(WasteSearch& search) {
  const Heap& heap = search.heap();
  const auto hashes = heap.columns().content_hash.span();
  if (hashes.empty()) {
    return;
  }
  std::vector<bool> is_text;
  for (std::uint32_t type = 0; type < heap.columns().types.size(); ++type) {
    const std::string_view name = heap.type_name(dump::TypeId(type));
    is_text.push_back(name == "str" || name == "bytes");
  }
  std::vector<Text> texts;
  for (const ObjectId id : heap.objects()) {
    if (hashes[id.value()] != 0 && is_text[heap.type(id).value()] && search.reached(id)) {
      texts.push_back({hashes[id.value()], id});
    }
  }
  const auto value = [&heap](const Text& text) {
    return std::tuple(text.hash, heap.size(text.id), heap.type(text.id));
  };
  std::sort(texts.begin(), texts.end(), [&](const Text& a, const Text& b) {
    if (a.hash != b.hash) {
      return a.hash < b.hash;
    }
    const auto value_a = value(a);
    const auto value_b = value(b);
    return value_a != value_b ? value_a < value_b : a.id < b.id;
  });
  std::vector<ObjectId> equal;
  for (std::size_t first = 0; first < texts.size(); first += equal.size()) {
    equal.clear();
    for (std::size_t at = first; at < texts.size() && value(texts[at]) == value(texts[first]);
         ++at) {
      equal.push_back(texts[at].id);
    }
    if (equal.size() > 1) {
      search.add_equal(WasteKind::kDuplicateText, equal);
    }
  }
}

}  // namespace heapscan::analysis
