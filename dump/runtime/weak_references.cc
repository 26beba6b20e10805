#include "dump/runtime/weak_references.h"

#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/core.h"
#include "dump/runtime/functions.h"
#include "dump/runtime/weak_list.h"

namespace heapscan::dump::runtime {
namespace {

void unlink(WeakRefObject** list, WeakRefObject* weak) {
  if (weak->previous != nullptr) {
    weak->previous->next = weak->next;
  } else {
    *list = weak->next;
  }
  if (weak->next != nullptr) {
    weak->next->previous = weak->previous;
  }
  weak->next = nullptr;
  weak->previous = nullptr;
}

/// One without callback comes first, where it is found to be shared; then the newest.
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

void clear_weak_reference(WeakRefObject* weak) {
  Object* const referent = std::exchange(weak->referent, nullptr);
  if (referent != nullptr) {
    unlink(weak_list_of(referent), weak);
  }
}

void call_weak_callback(WeakRefObject* weak) {
  Ref callback = Ref::adopt(std::exchange(weak->callback, nullptr));
  run_user_code(core_of(weak), [&callback, weak] { (void)function::call(callback, {View(weak)}); });
}

void clear_weak_references_to(Object* object) {
  WeakRefObject** const list = weak_list_of(object);
  if (list == nullptr || *list == nullptr) {
    return;
  }
  // Those with a callback to run stay linked to each other, and are kept, until it ran: no callback
  // may see one of them alive.
  WeakRefObject* waiting = std::exchange(*list, nullptr);
  for (WeakRefObject* weak = waiting; weak != nullptr;) {
    WeakRefObject* const next = weak->next;
    weak->referent = nullptr;
    if (weak->callback != nullptr && weak->count() > 0) {
      retain(weak);
    } else {
      unlink(&waiting, weak);
    }
    weak = next;
  }
  while (waiting != nullptr) {
    WeakRefObject* const weak = waiting;
    unlink(&waiting, weak);
    call_weak_callback(weak);
    drop(weak);
  }
}

namespace weak {

Ref make(View object, View callback, SourcePlace place) {
  WeakRefObject** const list = require_weak_list(object);
  if (callback) {
    require_kind(callback, Kind::kFunction);
  } else if (*list != nullptr && (*list)->callback == nullptr && (*list)->count() > 0) {
    return Ref(View(*list));
  }
  Core& core = core_of(object.get());
  auto* const made = make_object<WeakRefObject>(core, core.type(Kind::kWeakRef), 0, place);
  made->referent = object.get();
  assign(made->callback, callback.get());
  link(list, made);
  core.collector.track(made);
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
