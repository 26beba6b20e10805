// Empty containers: where there are many of one type in one place, most of them may never get an
// item, and None would do until one comes. What is saved is the container; the room that a list or
// the table that a dict has beside is counted as such where the layout is known.
//
// The dict of a module's, class's or instance's attributes is none of the program's containers.
#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/text/reference_names.h"
#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;

constexpr std::array<std::string_view, 6> kContainers = {"list",
                                                         "dict",
                                                         "set",
                                                         "collections.deque",
                                                         "collections.defaultdict",
                                                         "collections.OrderedDict"};

bool is_content(ReferenceKind kind) {
  return kind == ReferenceKind::kItem || kind == ReferenceKind::kKey ||
         kind == ReferenceKind::kValue;
}

bool is_empty(const Heap& heap, ObjectId id) {
  for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
    if (is_content(heap.reference(id, ordinal).kind)) {
      return false;
    }
  }
  return true;
}

/// What the container itself takes, without what another kind of waste counts.
std::uint64_t own_size(const WasteSearch& search, ObjectId id, const PythonSizes* sizes) {
  const std::uint64_t size = search.heap().size(id);
  if (sizes != nullptr && search.is(id, "list")) {
    return std::min(size, sizes->list);
  }
  if (sizes != nullptr && search.is(id, "dict")) {
    return std::min(size, sizes->dict);
  }
  return size;
}

}  // namespace

void find_empty_containers(WasteSearch& search, const PythonSizes* sizes) {
  const Heap& heap = search.heap();
  std::vector<bool> is_container;
  for (std::uint32_t type = 0; type < heap.columns().types.size(); ++type) {
    const std::string_view name = heap.type_name(dump::TypeId(type));
    is_container.push_back(std::find(kContainers.begin(), kContainers.end(), name) !=
                           kContainers.end());
  }
  ObjectSet attribute_dicts(heap.object_count());
  for (const ObjectId id : heap.objects()) {
    for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
      const Reference reference = heap.reference(id, ordinal);
      if (!is_content(reference.kind) && is_attribute_dict(heap, reference)) {
        attribute_dicts.insert(reference.target);
      }
    }
  }
  for (const ObjectId id : heap.objects()) {
    if (is_container[heap.type(id).value()] && search.reached(id) &&
        !attribute_dicts.contains(id) && is_empty(heap, id)) {
      search.add(WasteKind::kEmptyContainer, id, own_size(search, id, sizes));
    }
  }
}

}  // namespace heapscan::analysis
