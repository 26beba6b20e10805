#pragma once

#include <cstddef>
#include <vector>

#include "analysis/runtimes/runtime_traits.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The roles of the types of one heap, looked up once, for analyses that ask for each object. The
/// heap must outlive it. Cost: a look-up for each type, and 4 bytes.
class HeapTypes {
 public:
  explicit HeapTypes(const dump::Heap& heap);

  [[nodiscard]] const RuntimeTraits& traits() const { return traits_; }

  [[nodiscard]] TypeRoles roles(dump::TypeId type) const { return roles_of_type_[type.value()]; }

  /// Whether the object's own type has the role; classes derived from it do not.
  [[nodiscard]] bool is(dump::ObjectId id, TypeRole role) const {
    return roles(heap_.type(id)).has(role);
  }

  /// Whether the reference leads from an object to the table of its attributes.
  [[nodiscard]] bool is_attribute_table(const dump::Reference& reference) const {
    return is(reference.target, TypeRole::kAttributeTable) &&
           traits_.names_attribute_table(heap_, reference);
  }

 private:
  const dump::Heap& heap_;
  const RuntimeTraits& traits_;
  std::vector<TypeRoles> roles_of_type_;
};

}  // namespace heapscan::analysis
