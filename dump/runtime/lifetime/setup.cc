#include "dump/runtime/lifetime/setup.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "dump/runtime/lifetime/dying.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/references.h"

namespace heapscan::dump::runtime {
namespace {

/// By Kind.
constexpr std::array<const char*, kKinds> kTypeNames = {
    "NoneType",  "bool",     "int",         "float",
    "str",       "bytes",    "array.array", "tuple",
    "list",      "dict",     "set",         "collections.deque",
    "cell",      "function", "module",      "weakref.ReferenceType",
    "generator", "type",     "object"};

Object* make_number(ObjectHeap& heap, Kind kind, std::int64_t value) {
  const std::size_t digits = value == 0 ? 0 : 4;
  return make_object<NumberObject>(heap, heap.type(kind), digits, SourcePlace{},
                                   [value](NumberObject& number) { number.integer = value; });
}

/// Once the heap's own references are dropped, all objects left are in uncollectable cycles. A Ref
/// that the program still has would show up as a count that these objects do not explain.
[[maybe_unused]] bool counts_are_explained(const std::vector<Object*>& left) {
  std::unordered_map<const Object*, std::uint64_t> explained;
  for (const Object* const object : left) {
    for_each_reference(object, [&explained](const Edge& edge) { ++explained[edge.target]; });
  }
  return std::all_of(left.begin(), left.end(), [&explained](const Object* object) {
    return object->count() == explained[object];
  });
}

}  // namespace

void set_up(ObjectHeap& heap) {
  for (std::size_t row = 0; row < kKinds; ++row) {
    heap.types[row].heap = &heap;
    heap.types[row].die = die;
    heap.types[row].kind = static_cast<Kind>(row);
    heap.types[row].name = kTypeNames[row];
  }
  SharedObjects& shared = heap.shared;
  shared.none = make_object<Object>(heap, heap.type(Kind::kNone), 0, SourcePlace{});
  for (std::size_t value = 0; value < shared.booleans.size(); ++value) {
    shared.booleans[value] = make_number(heap, Kind::kBool, static_cast<std::int64_t>(value));
  }
  for (std::size_t row = 0; row < shared.small_ints.size(); ++row) {
    shared.small_ints[row] =
        make_number(heap, Kind::kInt, kSmallestSharedInt + static_cast<std::int64_t>(row));
  }
  shared.empty_tuple = make_object<TupleObject>(heap, heap.type(Kind::kTuple), 0, SourcePlace{});
}

void tear_down(ObjectHeap& heap) {
  const SharedObjects& shared = heap.shared;
  drop(shared.empty_tuple);
  for (Object* const number : shared.small_ints) {
    drop(number);
  }
  drop(shared.booleans[0]);
  drop(shared.booleans[1]);
  drop(shared.none);

  std::vector<Object*> left;
  heap.allocator.for_each_object(
      [&left](void* object) { left.push_back(static_cast<Object*>(object)); });
  assert(counts_are_explained(left) && "a Ref outlives its Runtime");
  // Classes last: they determine the size of their instances.
  std::stable_partition(left.begin(), left.end(),
                        [](const Object* object) { return object->kind() != Kind::kClass; });
  for (Object* const object : left) {
    free_object(object);
  }
}

}  // namespace heapscan::dump::runtime
