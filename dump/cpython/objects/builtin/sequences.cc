#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/builtin/numbers.h"
#include "dump/cpython/objects/builtin/types.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/walking.h"

// list, tuple, range, slice, and the iterators of sequences.
namespace heapscan::dump::cpython {
namespace {

// PyListObject.
constexpr std::uint64_t kListItems = 24;
constexpr std::uint64_t kListAllocated = 32;

void walk_list(const WalkContext& context,
               Address list,
               const TypeInfo& /*type*/,
               ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  visit_items(reader, reader.pointer(list + kListItems), reader.word(list + offset::kSize),
              visitor);
}

std::uint64_t list_size(const ObjectReader& reader, Address list, const TypeInfo& type) {
  return type.basic_size + reader.word(list + kListAllocated) * 8;
}

void walk_tuple(const WalkContext& context,
                Address tuple,
                const TypeInfo& type,
                ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  visit_items(
      reader, tuple + reader.layout().tuple.items,
      type.structure_sequence != 0 ? type.structure_sequence : reader.word(tuple + offset::kSize),
      visitor);
}

void describe_tuple(const ObjectReader& reader, TypeInfo& info) {
  info.is_tuple = true;
  if (info.python_class) {
    return;
  }
  // A structure sequence has more items than its length; other tuples have no such count.
  info.structure_sequence =
      int_value(reader, find_in_dict(reader, type_dict(reader, info.address), "n_fields"));
  // Tuples are recognized by name even if their basic size counts items (named tuples in C).
  info.scan_end = reader.layout().tuple.items;
}

constexpr TypeTraits kList = {.walk = walk_list, .size = list_size};
constexpr TypeTraits kTuple = {.walk = walk_tuple, .describe = describe_tuple};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"list", since(8), 40, kList},
    {"tuple", since(8).until(13), 24, kTuple},
    {"tuple", since(14), 32, kTuple},
    {"range", since(8), 48, {},
     {{{16, "start"}, {24, "stop"}, {32, "step"}, internal(40, "length")}}},
    {"slice", since(8), 40, {}, {{{16, "start"}, {24, "stop"}, {32, "step"}}}},
    {"range_iterator", since(8).until(11), 48},
    {"range_iterator", since(12), 40},
    {"longrange_iterator", since(8).until(11), 48, {},
     {{internal(16, "index"), internal(24, "start"), internal(32, "step"),
       internal(40, "length")}}},
    {"longrange_iterator", since(12), 40, {},
     {{internal(16, "start"), internal(24, "step"), internal(32, "length")}}},
    {"list_iterator", since(8), 32, {}, {{internal(24, "sequence")}}},
    {"list_reverseiterator", since(8), 32, {}, {{internal(24, "sequence")}}},
    {"tuple_iterator", since(8), 32, {}, {{internal(24, "sequence")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> sequence_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
