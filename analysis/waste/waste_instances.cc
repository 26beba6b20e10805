// Instances with a dict: how many bytes less the instances of a plain class would take if the class
// had __slots__ for all the attributes that the instance has.
//
// With them an instance is its head, a reference to its type and one to each attribute, and one
// word (two from Python 3.12 on) for weak references if an instance of the class has any. Without
// them it is an instance of the size of a plain class, and
//  - its dict, if it has one: the figure is then exact as sys.getsizeof counts. A dict that others
//    hold too stays, and so does its instance, because something uses the dict;
//  - or, in 3.11 and 3.12, a block of values behind the instance, which sys.getsizeof does not
//    count and the dump does not have: one word for each attribute and two bytes and one for each
//    attribute before them, rounded up. It may have room for more attributes, so that the figure is
//    a lower bound. Other versions keep such values elsewhere: nothing is claimed for them.
//
// Plain is a class of which a class in its __mro__ has the __weakref__ that `class` adds, none has
// members at fixed places (from __slots__ or C), and whose instances have no more than the head.
#include <algorithm>
#include <optional>

#include "analysis/text/reference_names.h"
#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;
using dump::StringId;
using dump::TypeId;

constexpr std::uint64_t kWord = 8;

class InstanceSearch {
 public:
  InstanceSearch(WasteSearch& search, const PythonSizes& sizes)
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
  /// The target of the object's reference with this name.
  [[nodiscard]] std::optional<ObjectId> attribute(ObjectId id, std::string_view name) const {
    for (std::uint32_t ordinal = 0; ordinal < heap_.out_degree(id); ++ordinal) {
      const Reference reference = heap_.reference(id, ordinal);
      if (reference.kind == ReferenceKind::kAttribute &&
          heap_.string(StringId(reference.label)) == name) {
        return reference.target;
      }
    }
    return std::nullopt;
  }

  /// What the dict of a class says of its instances.
  struct ClassFacts {
    bool adds_weakref = false;
    bool has_members = false;
  };

  [[nodiscard]] ClassFacts facts_of(ObjectId type) const {
    ClassFacts facts;
    const std::optional<ObjectId> dict = attribute(type, kAttributeDictName);
    for (std::uint32_t ordinal = 0; dict && ordinal < heap_.out_degree(*dict); ++ordinal) {
      const Reference entry = heap_.reference(*dict, ordinal);
      if (entry.kind != ReferenceKind::kValue) {
        continue;
      }
      facts.has_members |= heap_.type_name(entry.target) == "member_descriptor";
      facts.adds_weakref |= heap_.type_name(entry.target) == "getset_descriptor" &&
                            heap_.value(ObjectId(entry.label)) == "__weakref__";
    }
    return facts;
  }

  [[nodiscard]] bool is_plain(ObjectId type) const {
    const std::optional<ObjectId> classes = attribute(type, "__mro__");
    if (!classes) {
      return false;
    }
    ClassFacts all;
    for (const ObjectId one : heap_.targets(*classes)) {
      const ClassFacts facts = facts_of(one);
      all.adds_weakref |= facts.adds_weakref;
      all.has_members |= facts.has_members;
    }
    return all.adds_weakref && !all.has_members;
  }

  void find_plain_types() {
    is_plain_.assign(heap_.columns().types.size(), false);
    has_weakrefs_ = is_plain_;
    for (std::uint32_t type = 0; type < is_plain_.size(); ++type) {
      const ObjectId object = heap_.columns().types[type].object;
      is_plain_[type] = object.has_value() && is_plain(object);
    }
    for (const ObjectId id : heap_.objects()) {
      if (heap_.flags(id).has(dump::ObjectFlags::kHasWeakrefs)) {
        has_weakrefs_[heap_.type(id).value()] = true;
      }
    }
  }

  void count(ObjectId id, std::uint64_t weak_slot) {
    std::uint64_t attributes = 0;
    std::optional<ObjectId> dict;
    for (std::uint32_t ordinal = 0; ordinal < heap_.out_degree(id); ++ordinal) {
      const Reference reference = heap_.reference(id, ordinal);
      if (is_attribute_dict(heap_, reference)) {
        dict = reference.target;
      } else {
        attributes += reference.kind == ReferenceKind::kAttribute ? 1U : 0U;
      }
    }
    std::uint64_t before = sizes_.instance;
    if (dict) {
      if (heap_.refcount(*dict) != 1) {
        return;
      }
      attributes += values_in(*dict);
      before += heap_.size(*dict);
      search_.taken().insert(*dict);
    } else if (sizes_.separate_values && attributes > 0) {
      before += attributes * kWord + (attributes + 2 + kWord - 1) / kWord * kWord;
    } else {
      return;
    }
    const std::uint64_t after = sizes_.object + attributes * kWord + weak_slot;
    search_.add(WasteKind::kInstanceDict, id, before > after ? before - after : 0);
  }

  [[nodiscard]] std::uint64_t values_in(ObjectId dict) const {
    std::uint64_t values = 0;
    for (std::uint32_t ordinal = 0; ordinal < heap_.out_degree(dict); ++ordinal) {
      values += heap_.reference(dict, ordinal).kind == ReferenceKind::kValue ? 1U : 0U;
    }
    return values;
  }

  WasteSearch& search_;
  const Heap& heap_;
  const PythonSizes& sizes_;
  std::vector<bool> is_plain_;      // By type.
  std::vector<bool> has_weakrefs_;  // By type.
};

}  // namespace

void find_instance_dicts(WasteSearch& search, const PythonSizes& sizes) {
  InstanceSearch(search, sizes).run();
}

}  // namespace heapscan::analysis
