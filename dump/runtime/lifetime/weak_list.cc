#include "dump/runtime/lifetime/weak_list.h"

#include <span>
#include <utility>

#include "dump/runtime/lifetime/call.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/lifetime/user_code.h"
#include "dump/runtime/objects/counting.h"

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

}  // namespace

void clear_weak_reference(WeakRefObject* weak) {
  Object* const referent = std::exchange(weak->referent, nullptr);
  if (referent != nullptr) {
    unlink(weak_list_of(referent), weak);
  }
}

void call_weak_callback(WeakRefObject* weak) {
  Ref callback = Ref::adopt(std::exchange(weak->callback, nullptr));
  run_user_code(heap_of(weak), [&callback, weak] {
    const View argument(weak);
    (void)invoke(as<FunctionObject>(callback.get()), std::span(&argument, 1));
  });
}

void clear_weak_references_to(Object* object) {
  WeakRefObject** const list = weak_list_of(object);
  if (list == nullptr || *list == nullptr) {
    return;
  }
  // Those with a callback stay linked to each other and are kept until it has run: no callback may
  // see one of them alive.
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

}  // namespace heapscan::dump::runtime
