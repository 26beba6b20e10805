// The algorithm is that of CPython's Modules/gcmodule.c (3.8 to 3.12), order of steps included.
//
// Problem: find the objects of the young list that are not reachable from outside of it, without a
// mark stack and without allocating memory.
//
// Idea: copy each object's count into its head (`previous` is free for that: the list is walked
// forwards only), and subtract one for each reference from within the list. An object whose count
// stays above 0 is referred to from outside: it is reachable. Then walk the list once. An object
// with a count of 0 is moved to `unreachable`, for now. An object with a count above 0 is
// reachable, and so is everything it refers to: a target still ahead in the list gets a count of 1,
// so that the walk will treat it as reachable; a target that was moved to `unreachable` returns to
// the end of the list, where the walk will reach it. Each object is visited at most twice, and at
// the end `unreachable` contains exactly the unreachable objects.

#include "dump/runtime/collector/cycle_collector.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/contents.h"
#include "dump/runtime/lifetime/dying.h"
#include "dump/runtime/lifetime/user_code.h"
#include "dump/runtime/lifetime/weak_list.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/references.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::array<std::uint64_t, kGenerations> kDefaultThreshold = {700, 10, 10};

/// A full collection is due when new long-lived objects reach this fraction of the survivors of the
/// last one.
constexpr std::uint64_t kLongLivedShare = 4;

/// Whether the object could become part of a cycle: a tuple whose contents cannot was untracked,
/// and tuples never change.
bool may_be_tracked(const Object* object) {
  return object->is_container() &&
         (object->kind() != Kind::kTuple || object->has(Object::kTracked));
}

bool holds_what_may_be_tracked(const Object* object) {
  bool found = false;
  for_each_reference(object, [&found](const Edge& edge) { found |= may_be_tracked(edge.target); });
  return found;
}

bool has_legacy_finalizer(const Object* object) {
  return object->kind() == Kind::kInstance && object->type->legacy_finalizer != nullptr;
}

bool has_finalizer_to_run(const Object* object) {
  return object->kind() == Kind::kInstance && object->type->finalizer != nullptr &&
         !object->has(Object::kFinalized);
}

/// Whether the object is a weak reference or has any.
bool involves_weak_references(Object* object) {
  WeakRefObject** const list = weak_list_of(object);
  return object->kind() == Kind::kWeakRef || (list != nullptr && *list != nullptr);
}

}  // namespace

CycleCollector::CycleCollector(ObjectHeap& heap) : heap_(heap), generations_(heap.generations) {
  set_threshold(kDefaultThreshold);
  generations_.collect_if_due = [this] { collect_if_due(); };
}

void CycleCollector::require_thread() const {
  runtime::require_thread(heap_);
}

void CycleCollector::collect_if_due() {
  for (unsigned row = kGenerations; row-- > 0;) {
    if (generations_.all[row].count <= generations_.all[row].threshold) {
      continue;
    }
    if (row == kGenerations - 1 && long_lived_pending_ < long_lived_total_ / kLongLivedShare) {
      continue;
    }
    run(row);
    return;
  }
}

std::uint64_t CycleCollector::collect(unsigned generation) {
  require_thread();
  if (generation >= kGenerations) {
    throw Error(ErrorKind::kUsage, fmt::format("there is no generation {}", generation));
  }
  return generations_.collecting ? 0 : run(generation);
}

std::uint64_t CycleCollector::run(unsigned generation) {
  generations_.collecting = true;
  report({CollectionPhase::kBegins, generation, 0, 0});
  if (generation + 1 < kGenerations) {
    ++generations_.all[generation + 1].count;
  }
  for (unsigned row = 0; row <= generation; ++row) {
    generations_.all[row].count = 0;
  }
  GcList& young = generations_.all[generation].list;
  for (unsigned row = 0; row < generation; ++row) {
    young.append_all(generations_.all[row].list);
  }
  GcList& old = generation + 1 < kGenerations ? generations_.all[generation + 1].list : young;

  GcList unreachable;
  deduce_unreachable(young, unreachable);
  note_survivors(generation, young, old);

  GcList legacy;
  const Garbage garbage = examine(unreachable);
  if (garbage.has_legacy_finalizers) {
    move_legacy(unreachable, legacy);
  }
  const std::uint64_t uncollectable = legacy.size();
  std::uint64_t collected = garbage.objects - uncollectable;
  if (garbage.has_weak_references) {
    clear_weak_references(unreachable, old);
  }
  if (garbage.has_finalizers) {
    finalize(unreachable);
  }
  if (garbage.has_weak_references || garbage.has_finalizers) {
    // Code of the program ran and may have resurrected something.
    collected = keep_resurrected(unreachable, old);
  }
  free_all(unreachable, old);

  for (GcHead* head = legacy.first(); head != legacy.end(); head = head->next) {
    if (save_all_ || has_legacy_finalizer(head->object())) {
      garbage_.emplace_back(View(head->object()));
    }
  }
  old.append_all(legacy);
  if (&young == &old) {
    heap_.allocator.flush();  // As CPython clears its free lists after a full collection.
  }

  GenerationStatistics& statistics = statistics_[generation];
  ++statistics.collections;
  statistics.collected += collected;
  statistics.uncollectable += uncollectable;
  report({CollectionPhase::kEnds, generation, collected, uncollectable});
  generations_.collecting = false;
  return collected + uncollectable;
}

void CycleCollector::note_survivors(unsigned generation, GcList& young, GcList& old) {
  untrack_tuples(young);
  if (&young != &old) {
    if (generation == kGenerations - 2) {
      long_lived_pending_ += young.size();
    }
    old.append_all(young);
    return;
  }
  untrack_dicts(young);
  long_lived_pending_ = 0;
  long_lived_total_ = young.size();
}

void CycleCollector::deduce_unreachable(GcList& young, GcList& unreachable) {
  copy_counts(young);
  subtract_references(young);
  move_unreachable(young, unreachable);
}

void CycleCollector::copy_counts(GcList& list) {
  for (GcHead* head = list.first(); head != list.end(); head = head->next) {
    head->previous = head->object()->count();
    head->object()->set(Object::kCollecting);
  }
}

void CycleCollector::subtract_references(GcList& list) {
  for (GcHead* head = list.first(); head != list.end(); head = head->next) {
    for_each_reference(head->object(), [](const Edge& edge) {
      if (edge.target->has(Object::kCollecting)) {
        --GcHead::of(edge.target)->previous;
      }
    });
  }
}

void CycleCollector::move_unreachable(GcList& young, GcList& unreachable) {
  GcHead* const end = young.end();
  GcHead* previous = end;
  GcHead* head = young.first();
  while (head != end) {
    Object* const object = head->object();
    if (head->previous > 0) {
      for_each_reference(object,
                         [&young](const Edge& edge) { mark_reachable(edge.target, young); });
      head->set_previous(previous);
      object->reset(Object::kCollecting);
      previous = head;
    } else {
      previous->next = head->next;
      unreachable.append(head);
      object->set(Object::kUnreachable);
    }
    head = previous->next;
  }
  end->set_previous(previous);
}

void CycleCollector::mark_reachable(Object* target, GcList& reachable) {
  if (!target->has(Object::kCollecting)) {
    return;
  }
  GcHead* const head = GcHead::of(target);
  if (target->has(Object::kUnreachable)) {
    GcList::unlink(head);
    reachable.append(head);
    target->reset(Object::kUnreachable);
    head->previous = 1;
  } else if (head->previous == 0) {
    head->previous = 1;
  }
}

void CycleCollector::untrack_tuples(GcList& list) {
  for (GcHead* head = list.first(); head != list.end();) {
    Object* const object = head->object();
    head = head->next;
    if (object->kind() == Kind::kTuple && !holds_what_may_be_tracked(object)) {
      Generations::untrack(object);
    }
  }
}

void CycleCollector::untrack_dicts(GcList& list) {
  for (GcHead* head = list.first(); head != list.end();) {
    Object* const object = head->object();
    head = head->next;
    if (object->kind() == Kind::kDict && !holds_what_may_be_tracked(object)) {
      Generations::untrack(object);
    }
  }
}

CycleCollector::Garbage CycleCollector::examine(GcList& unreachable) {
  Garbage garbage;
  for (GcHead* head = unreachable.first(); head != unreachable.end(); head = head->next) {
    Object* const object = head->object();
    object->reset(Object::kUnreachable);
    ++garbage.objects;
    garbage.has_legacy_finalizers |= has_legacy_finalizer(object);
    garbage.has_finalizers |= has_finalizer_to_run(object);
    garbage.has_weak_references |= involves_weak_references(object);
  }
  return garbage;
}

void CycleCollector::move_legacy(GcList& unreachable, GcList& legacy) {
  for (GcHead* head = unreachable.first(); head != unreachable.end();) {
    GcHead* const next = head->next;
    if (has_legacy_finalizer(head->object())) {
      head->object()->reset(Object::kCollecting);
      GcList::unlink(head);
      legacy.append(head);
    }
    head = next;
  }
  // Their targets are appended, so that the loop visits them as well.
  for (GcHead* head = legacy.first(); head != legacy.end(); head = head->next) {
    for_each_reference(head->object(), [&legacy](const Edge& edge) {
      if (edge.target->has(Object::kCollecting)) {
        edge.target->reset(Object::kCollecting);
        GcList::unlink(GcHead::of(edge.target));
        legacy.append(GcHead::of(edge.target));
      }
    });
  }
}

void CycleCollector::clear_weak_references(GcList& unreachable, GcList& old) {
  // All are cleared before the first callback runs, so that no callback can access garbage. The
  // callback of a weak reference that is itself garbage never runs. The weak references whose
  // callbacks will run are kept alive by one reference each, in a list of their own.
  GcList to_call;
  for (GcHead* head = unreachable.first(); head != unreachable.end(); head = head->next) {
    Object* const object = head->object();
    if (object->kind() == Kind::kWeakRef) {
      clear_weak_reference(as<WeakRefObject>(object));
    }
    WeakRefObject** const list = weak_list_of(object);
    while (list != nullptr && *list != nullptr) {
      WeakRefObject* const weak = *list;
      clear_weak_reference(weak);
      if (weak->callback != nullptr && !weak->has(Object::kCollecting)) {
        retain(weak);
        GcList::unlink(GcHead::of(weak));
        to_call.append(GcHead::of(weak));
      }
    }
  }
  while (!to_call.empty()) {
    GcHead* const head = to_call.first();
    GcList::unlink(head);
    old.append(head);
    call_weak_callback(as<WeakRefObject>(head->object()));
    drop(head->object());
  }
}

void CycleCollector::finalize(GcList& unreachable) {
  // Finalizers may untrack or free anything, so each object is moved before its own runs.
  GcList seen;
  while (!unreachable.empty()) {
    GcHead* const head = unreachable.first();
    Object* const object = head->object();
    GcList::unlink(head);
    seen.append(head);
    retain(object);
    run_finalizer(object);
    drop(object);
  }
  unreachable.append_all(seen);
}

std::uint64_t CycleCollector::keep_resurrected(GcList& unreachable, GcList& old) {
  GcList still_unreachable;
  deduce_unreachable(unreachable, still_unreachable);
  const std::uint64_t count = examine(still_unreachable).objects;
  old.append_all(unreachable);
  unreachable.append_all(still_unreachable);
  return count;
}

void CycleCollector::free_all(GcList& unreachable, GcList& old) {
  while (!unreachable.empty()) {
    GcHead* const head = unreachable.first();
    Object* const object = head->object();
    object->reset(Object::kCollecting);
    if (save_all_) {
      garbage_.emplace_back(View(object));
    } else {
      retain(object);
      clear_references(object);
      drop(object);
    }
    if (unreachable.first() == head) {  // It is still alive: others will drop it.
      GcList::unlink(head);
      old.append(head);
    }
  }
}

void CycleCollector::report(const CollectionFacts& facts) {
  const bool begins = facts.phase == CollectionPhase::kBegins;
  if (heap_.instruments.listener) {
    heap_.instruments.listener({begins ? EventKind::kCollectionBegins : EventKind::kCollectionEnds,
                                View(), 0, facts.generation, facts.collected, facts.uncollectable});
  }
  for (std::size_t row = 0; row < callbacks_.size(); ++row) {
    const Callback callback = callbacks_[row];
    run_user_code(heap_, [&callback, &facts] { callback(facts); });
  }
}

}  // namespace heapscan::dump::runtime
