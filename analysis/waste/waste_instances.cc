// Instances with a table of attributes: how many bytes the instances of a plain class would save if
// the class had fixed slots (in Python, __slots__) for all the attributes that the instance has.
//
// With slots, an instance is its header, a reference to its type and one to each attribute, and the
// space for weak references if an instance of the class has any. Without slots it has the size of
// an instance of a plain class, and
//  - its table, if it has one: the figure is then exact, as sys.getsizeof counts. A table to which
//    something else refers too is kept, and so is its instance, because something uses the table;
//  - or, in CPython 3.11 and 3.12, a block of values next to the instance, which sys.getsizeof does
//    not count and the dump does not have: one word for each attribute, preceded by two bytes and
//    one for each attribute, rounded up. It may have room for more attributes, so the figure is a
//    lower bound. Other versions store such values elsewhere: nothing is reported for them.
//
// A class is plain if its instances have no more than the header and such attributes: see
// RuntimeTraits::is_plain_class.
#include <optional>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;

constexpr std::uint64_t kWord = 8;

class InstanceSearch {
 public:
  InstanceSearch(WasteSearch& search, const ObjectSizes& sizes)
      : search_(search), heap_(search.heap()), sizes_(sizes) {}

  void run() {
    find_plain_types();
    for (const ObjectId id : heap_.objects()) {
      const std::uint32_t type = heap_.type(id).value();
      if (is_plain_[type] && search_.reached(id) && heap_.size(id) == sizes_.instance) {
        count(id, has_weakrefs_[type] ? sizes_.weak_slot : 0);
      }
    }
  }

 private:
  void find_plain_types() {
    is_plain_.assign(heap_.columns().types.size(), false);
    has_weakrefs_ = is_plain_;
    const RuntimeTraits& traits = search_.types().traits();
    for (std::uint32_t type = 0; type < is_plain_.size(); ++type) {
      const ObjectId object = heap_.columns().types[type].object;
      is_plain_[type] = object.has_value() && traits.is_plain_class(heap_, object);
    }
    for (const ObjectId id : heap_.objects()) {
      if (heap_.flags(id).has(dump::ObjectFlags::kHasWeakrefs)) {
        has_weakrefs_[heap_.type(id).value()] = true;
      }
    }
  }

  void count(ObjectId id, std::uint64_t weak_slot) {
    std::uint64_t attributes = 0;
    std::optional<ObjectId> table;
    for (std::uint32_t ordinal = 0; ordinal < heap_.out_degree(id); ++ordinal) {
      const Reference reference = heap_.reference(id, ordinal);
      if (search_.types().is_attribute_table(reference)) {
        table = reference.target;
      } else {
        attributes += reference.kind == ReferenceKind::kAttribute ? 1U : 0U;
      }
    }
    std::uint64_t before = sizes_.instance;
    if (table) {
      if (heap_.refcount(*table) != 1) {
        return;
      }
      attributes += values_in(*table);
      before += heap_.size(*table);
      search_.taken().insert(*table);
    } else if (sizes_.separate_values && attributes > 0) {
      before += attributes * kWord + (attributes + 2 + kWord - 1) / kWord * kWord;
    } else {
      return;
    }
    const std::uint64_t after = sizes_.object + attributes * kWord + weak_slot;
    search_.add(WasteKind::kInstanceDict, id, before > after ? before - after : 0);
  }

  [[nodiscard]] std::uint64_t values_in(ObjectId table) const {
    std::uint64_t values = 0;
    for (std::uint32_t ordinal = 0; ordinal < heap_.out_degree(table); ++ordinal) {
      values += heap_.reference(table, ordinal).kind == ReferenceKind::kValue ? 1U : 0U;
    }
    return values;
  }

  WasteSearch& search_;
  const Heap& heap_;
  const ObjectSizes& sizes_;
  std::vector<bool> is_plain_;      // By type.
  std::vector<bool> has_weakrefs_;  // By type.
};

}  // namespace

void find_instance_dicts(WasteSearch& search, const ObjectSizes& sizes) {
  InstanceSearch(search, sizes).run();
}

}  // namespace heapscan::analysis
