#include "dump/runtime/core.h"

#include <algorithm>
#include <cassert>
#include <unordered_map>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/references.h"

namespace heapscan::dump::runtime {
namespace {

/// Collections at the end of a runtime.
constexpr int kMostFinalRounds = 8;

/// By Kind.
constexpr std::array<const char*, kKinds> kTypeNames = {
    "NoneType",  "bool",     "int",         "float",
    "str",       "bytes",    "array.array", "tuple",
    "list",      "dict",     "set",         "collections.deque",
    "cell",      "function", "module",      "weakref.ReferenceType",
    "generator", "type",     "object"};

Object* make_number(Core& core, Kind kind, std::int64_t value) {
  const std::size_t digits = value == 0 ? 0 : 4;
  return make_object<NumberObject>(core, core.type(kind), digits, SourcePlace{},
                                   [value](NumberObject& number) { number.integer = value; });
}

/// What is left when the runtime's own references are gone is in uncollectable cycles. A Ref that
/// the program still has would show as a count that these objects do not explain.
[[maybe_unused]] bool only_explained_counts(const std::vector<Object*>& left) {
  std::unordered_map<const Object*, std::uint64_t> explained;
  for (const Object* const object : left) {
    for_each_reference(object, [&explained](const Edge& edge) { ++explained[edge.target]; });
  }
  for (const Object* const object : left) {
    if (object->count() != explained[object]) {
      return false;
    }
  }
  return true;
}

}  // namespace

Core::Core(AllocatorOptions options) : allocator(options), collector(*this) {
  for (std::size_t row = 0; row < kKinds; ++row) {
    types[row].core = this;
    types[row].kind = static_cast<Kind>(row);
    types[row].name = kTypeNames[row];
  }
  none = make_object<Object>(*this, type(Kind::kNone), 0, SourcePlace{});
  for (std::size_t value = 0; value < booleans.size(); ++value) {
    booleans[value] = make_number(*this, Kind::kBool, static_cast<std::int64_t>(value));
  }
  for (std::size_t row = 0; row < small_ints.size(); ++row) {
    small_ints[row] =
        make_number(*this, Kind::kInt, kSmallestSharedInt + static_cast<std::int64_t>(row));
  }
  empty_tuple = make_object<TupleObject>(*this, type(Kind::kTuple), 0, SourcePlace{});
}

Core::~Core() {
  listener = nullptr;
  collector.clear_callbacks();
  while (!frames.empty()) {
    const RunningFrame frame = std::move(frames.back());
    frames.pop_back();
    for (const auto& local : frame.locals) {
      drop(local.second);
    }
  }
  while (!globals.empty()) {
    drop(globals.extract(globals.begin()).mapped());
  }
  while (!modules.empty()) {
    drop(modules.extract(modules.begin()).mapped());
  }
  collector.unfreeze();
  collector.set_save_all(false);
  // Finalizers may leave new cycles behind: as many rounds as find something, but not for ever.
  for (int round = 0; round < kMostFinalRounds && collector.collect() > 0; ++round) {
    (void)collector.take_garbage();
  }
  (void)collector.take_garbage();
  drop(empty_tuple);
  for (Object* const number : small_ints) {
    drop(number);
  }
  drop(booleans[0]);
  drop(booleans[1]);
  drop(none);

  std::vector<Object*> left;
  allocator.for_each_object(
      [&left](void* object) { left.push_back(static_cast<Object*>(object)); });
  assert(only_explained_counts(left) && "a Ref outlives its Runtime");
  // Classes last: they say how large their instances are.
  std::stable_partition(left.begin(), left.end(),
                        [](const Object* object) { return object->kind() != Kind::kClass; });
  for (Object* const object : left) {
    free_object(object);
  }
}

void throw_wrong_thread() {
  throw Error(ErrorKind::kUsage, "a runtime is used in a thread that did not make it");
}

void throw_no_object() {
  throw Error(ErrorKind::kUsage, "an object is expected where there is none");
}

void throw_wrong_kind(const Object* object, Kind expected) {
  throw Error(ErrorKind::kUsage,
              fmt::format("expected '{}', got '{}'", kTypeNames[static_cast<std::size_t>(expected)],
                          object->type->name));
}

}  // namespace heapscan::dump::runtime
