#include "analysis/runtimes/heap_types.h"

namespace heapscan::analysis {

HeapTypes::HeapTypes(const dump::Heap& heap) : heap_(heap), traits_(traits_of(heap.facts())) {
  const std::size_t count = heap.columns().types.size();
  roles_of_type_.reserve(count);
  for (std::uint32_t type = 0; type < count; ++type) {
    roles_of_type_.push_back(traits_.roles_of(heap.type_name(dump::TypeId(type))));
  }
}

}  // namespace heapscan::analysis
