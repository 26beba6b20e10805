// Built from the types that programs use, like Python's.

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/functions.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/values.h"
#include "dump/runtime/types/weak_references.h"

namespace heapscan::dump::runtime::weak_value_dict {
namespace {

constexpr const char* kClassName = "weakref.WeakValueDictionary";

Ref data_of(View weak_value_dict) {
  require_kind(weak_value_dict, Kind::kInstance);
  if (type_name(weak_value_dict) != kClassName) {
    throw Error(ErrorKind::kUsage,
                fmt::format("expected '{}', got '{}'", kClassName, type_name(weak_value_dict)));
  }
  return instance::get(weak_value_dict, "data");
}

/// Removes the key unless another value was set for it since.
Ref remove_dead(const function::Call& call) {
  const Ref owner = weak::get(call.free_variable("owner"));
  if (owner) {
    const Ref data = data_of(owner);
    const Ref key = call.free_variable("key");
    const Ref found = dict::find(data, key);
    if (found.get() == call.arguments[0].get()) {
      dict::remove(data, key);
    }
  }
  return {};
}

}  // namespace

Ref make(ObjectHeap& heap, SourcePlace place) {
  const Ref made_class =
      klass::make(heap, {kClassName, View(), {"data"}, false, true, nullptr, nullptr}, place);
  Ref made = instance::make(made_class, place);
  instance::set(made, "data", dict::make(heap, place));
  return made;
}

void set(View weak_value_dict, View key, View value) {
  const Ref data = data_of(weak_value_dict);
  ObjectHeap& heap = heap_of(weak_value_dict.get());
  const Ref owner_cell = cell::make(heap, weak::make(weak_value_dict));
  const Ref key_cell = cell::make(heap, key);
  const Ref callback =
      function::make(heap, "remove", remove_dead, {{"owner", owner_cell}, {"key", key_cell}});
  dict::set(data, key, weak::make(value, callback));
}

Ref find(View weak_value_dict, View key) {
  const Ref found = dict::find(data_of(weak_value_dict), key);
  return found ? weak::get(found) : Ref();
}

std::uint64_t size(View weak_value_dict) {
  return dict::size(data_of(weak_value_dict));
}

}  // namespace heapscan::dump::runtime::weak_value_dict
