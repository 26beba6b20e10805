#include "analysis/waste/waste.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

/// A few empty containers are not a pattern; this many in one place are.
constexpr std::uint64_t kManyEmpty = 100;

bool comes_first(const WasteRow& a, const WasteRow& b) {
  return std::tie(b.saved, a.kind, a.type, a.place) < std::tie(a.saved, b.kind, b.type, b.place);
}

}  // namespace

std::string_view to_string(WasteKind kind) {
  static constexpr std::array<std::string_view, kWasteKinds> kNames = {
      "duplicate text", "duplicate tuple", "instance dict",  "list of numbers",
      "sparse dict",    "spare room",      "empty container"};
  return kNames.at(static_cast<std::size_t>(kind));
}

WasteSearch::WasteSearch(const Heap& heap, const PathForest& paths)
    : heap_(heap),
      paths_(paths),
      types_(heap),
      signatures_(heap, paths),
      taken_(heap.object_count()) {
  same_value_.assign(heap.objects().begin(), heap.objects().end());
}

bool WasteSearch::is_permanent(ObjectId id) const {
  return heap_.refcount(id) == dump::kImmortal ||
         heap_.flags(id).has(dump::ObjectFlags::kStaticStorage);
}

void WasteSearch::add(WasteKind kind, ObjectId id, std::uint64_t saved) {
  if (saved == 0) {
    return;
  }
  Sum& sum = sums_[{kind, heap_.type(id), signatures_.node(id)}];
  ++sum.objects;
  sum.saved += saved;
  sum.example = std::min(sum.example, id);  // None is larger than any other.
}

void WasteSearch::add_equal(WasteKind kind, std::span<const ObjectId> objects) {
  const auto rank = [this](ObjectId id) { return std::pair(is_permanent(id), heap_.refcount(id)); };
  const ObjectId kept = *std::max_element(
      objects.begin(), objects.end(), [&](ObjectId a, ObjectId b) { return rank(a) < rank(b); });
  for (const ObjectId id : objects) {
    set_same_value(id, kept);
    if (id != kept && !is_permanent(id)) {
      add(kind, id, heap_.size(id));
    }
  }
}

std::vector<WasteRow> WasteSearch::rows() const {
  // Types may share a name, and nodes a signature.
  std::map<std::tuple<WasteKind, std::string_view, std::string>, Sum> sums;
  for (const auto& [key, sum] : sums_) {
    Sum& merged =
        sums[{key.kind, heap_.type_name(key.type), signatures_.tree().text(key.signature)}];
    merged.objects += sum.objects;
    merged.saved += sum.saved;
    merged.example = std::min(merged.example, sum.example);
  }
  std::vector<WasteRow> rows;
  for (const auto& [key, sum] : sums) {
    const auto& [kind, type, place] = key;
    if (kind != WasteKind::kEmptyContainer || sum.objects >= kManyEmpty) {
      rows.push_back({kind, std::string(type), place, sum.objects, sum.saved, sum.example});
    }
  }
  std::sort(rows.begin(), rows.end(), comes_first);
  return rows;
}

Waste find_waste(const dump::Heap& heap, const PathForest& paths) {
  WasteSearch search(heap, paths);
  const std::optional<ObjectSizes> sizes = search.types().traits().sizes(heap.facts());
  find_duplicate_strings(search);
  find_duplicate_tuples(search);
  if (sizes) {
    find_instance_dicts(search, *sizes);
    find_number_lists(search, *sizes);
    find_sparse_dicts(search, *sizes);
    find_spare_room(search, *sizes);
  }
  find_empty_containers(search, sizes ? &*sizes : nullptr);

  Waste waste;
  waste.has_hashes = !heap.columns().content_hash.empty();
  waste.knows_sizes = sizes.has_value();
  waste.by_kind.resize(kWasteKinds);
  waste.rows = search.rows();
  for (const WasteRow& row : waste.rows) {
    for (Waste::Total* const total :
         {&waste.by_kind[static_cast<std::size_t>(row.kind)], &waste.total}) {
      total->objects += row.objects;
      total->saved += row.saved;
    }
  }
  return waste;
}

}  // namespace heapscan::analysis
