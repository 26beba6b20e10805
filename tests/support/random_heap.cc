#include "tests/support/random_heap.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dump/heap_builder.h"

namespace heapscan::tests {

dump::Heap random_heap(std::uint64_t seed, const RandomShape& shape) {
  Dice dice(seed);
  dump::HeapBuilder builder;
  std::vector<dump::TypeId> types;
  for (std::uint32_t type = 0; type < shape.types; ++type) {
    types.push_back(builder.add_type("T" + std::to_string(type == 2 ? 0 : type)));
  }
  for (std::uint32_t row = 0; row < shape.objects; ++row) {
    builder.add_object({.address = 0x1000 + std::uint64_t{row} * 0x40,
                        .type = types[dice.below(shape.types)],
                        .size = 16 + dice.below(100),
                        .refcount = 1,
                        .flags = {}});
  }
  for (std::uint32_t row = 0; row < shape.references; ++row) {
    const dump::PendingObject source(dice.below(shape.objects));
    const dump::PendingObject target(dice.below(shape.objects));
    builder.add_item(source, target, row);
  }
  for (std::uint32_t row = 0; row < shape.roots; ++row) {
    builder.add_root(dump::RootKind::kGlobal, dump::PendingObject(dice.below(shape.objects)),
                     dump::StringId::none(), true);
  }
  return std::move(builder).finish();
}

}  // namespace heapscan::tests
