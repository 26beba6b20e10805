#include "dump/runtime/types/weak_references.h"

#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/types/functions.h"

namespace heapscan::dump::runtime {
namespace {

/// A weak reference without a callback comes first, where it can be found to be shared; then the
/// newest.
void link(WeakRefObject** list, WeakRefObject* weak) {
  WeakRefObject* const first = *list;
  WeakRefObject* const previous =
      weak->callback != nullptr && first != nullptr && first->callback == nullptr ? first : nullptr;
  WeakRefObject*& place = previous != nullptr ? previous->next : *list;
  weak->previous = previous;
  weak->next = place;
  if (place != nullptr) {
    place->previous = weak;
  }
  place = weak;
}

WeakRefObject** require_weak_list(View object) {
  WeakRefObject** const list = weak_list_of(require_object(object));
  if (list == nullptr) {
    throw Error(ErrorKind::kUsage, fmt::format("cannot create weak reference to '{}' object",
                                               object.get()->type->name));
  }
  return list;
}

}  // namespace

namespace weak {

Ref make(View object, View callback, SourcePlace place) {
  WeakRefObject** const list = require_weak_list(object);
  if (callback) {
    require_kind(callback, Kind::kFunction);
  } else if (*list != nullptr && (*list)->callback == nullptr && (*list)->count() > 0) {
    return Ref(View(*list));
  }
  ObjectHeap& heap = heap_of(object.get());
  auto* const made = make_object<WeakRefObject>(heap, heap.type(Kind::kWeakRef), 0, place);
  made->referent = object.get();
  assign(made->callback, callback.get());
  link(list, made);
  heap.generations.track(made);
  return Ref::adopt(made);
}

Ref get(View weak_reference) {
  Object* const referent = expect<WeakRefObject>(weak_reference, Kind::kWeakRef)->referent;
  return referent == nullptr || referent->count() == 0 ? Ref() : Ref(View(referent));
}

std::uint64_t count(View object) {
  std::uint64_t result = 0;
  for (const WeakRefObject* weak = *require_weak_list(object); weak != nullptr; weak = weak->next) {
    ++result;
  }
  return result;
}

}  // namespace weak

}  // namespace heapscan::dump::runtime
