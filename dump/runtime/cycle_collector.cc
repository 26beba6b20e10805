// The algorithm is that of CPython's Modules/gcmodule.c (3.8 to 3.12), order of steps included.
//
// Problem: among the objects of the young list find those that nothing outside of it reaches,
// without a mark stack and without memory of its own.
//
// Idea: copy each object's count into its head (`previous` is free for that: the list is walked
// forwards only), and subtract one for each reference from within the list. What keeps a count
// above 0 is referred to from outside: reachable. Then walk the list once. An object with a count
// of 0 is moved to `unreachable`, for now. An object with a count above 0 is reachable, and so is
// all that it refers to: a target in the list gets a count of 1, so that the walk, which has yet to
// come to it, will see it as reachable; a target that was moved to `unreachable` comes back to the
// end of the list, where the walk will come to it. So each object is walked at most twice, and what
// is in `unreachable` at the end is that.

#include "dump/runtime/cycle_collector.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/core.h"
#include "dump/runtime/references.h"
#include "dump/runtime/weak_list.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::array<std::uint64_t, kGenerations> kDefaultThreshold = {700, 10, 10};

/// A full collection waits until this share of the survivors of the last one is new.
constexpr std::uint64_t kLongLivedShare = 4;

/// Whether the object could become part of a cycle: a tuple whose contents cannot was untracked,
/// and they never change.
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

/// Whether it is a weak reference, or has some.
bool concerns_weak_references(Object* object) {
  WeakRefObject** const list = weak_list_of(object);
  return object->kind() == Kind::kWeakRef || (list != nullptr && *list != nullptr);
}

}  // namespace

CycleCollector::CycleCollector(Core& core) : core_(core) {
  for (unsigned row = 0; row < kGenerations; ++row) {
    make_empty(generations_[row].list);
    generations_[row].threshold = kDefaultThreshold[row];
  }
  make_empty(permanent_);
}

void CycleCollector::make_empty(List& list) {
  list.next = &list;
  list.set_previous(&list);
}

void CycleCollector::append(List& list, GcHead* head) {
  GcHead* const last = list.previous_head();
  head->set_previous(last);
  head->next = &list;
  last->next = head;
  list.set_previous(head);
}

void CycleCollector::unlink(GcHead* head) {
  head->previous_head()->next = head->next;
  head->next->previous = head->previous;
}

void CycleCollector::move_all(List& from, List& to) {
  if (is_empty(from)) {
    return;
  }
  GcHead* const last = to.previous_head();
  last->next = from.next;
  from.next->set_previous(last);
  from.previous_head()->next = &to;
  to.previous = from.previous;
  make_empty(from);
}

std::uint64_t CycleCollector::size_of(const List& list) {
  std::uint64_t count = 0;
  for (const GcHead* head = list.next; head != &list; head = head->next) {
    ++count;
  }
  return count;
}

void CycleCollector::require_thread() const {
  runtime::require_thread(core_);
}

void CycleCollector::track(Object* object) {
  object->set(Object::kTracked);
  append(generations_[0].list, GcHead::of(object));
}

void CycleCollector::untrack(Object* object) {
  object->reset(Object::kTracked | Object::kCollecting | Object::kUnreachable);
  unlink(GcHead::of(object));
}

void CycleCollector::before_allocation() {
  Generation& youngest = generations_[0];
  ++youngest.count;
  if (youngest.count > youngest.threshold && youngest.threshold > 0 && enabled_ && !collecting_) {
    collect_what_is_due();
  }
}

void CycleCollector::after_freeing() {
  if (generations_[0].count > 0) {
    --generations_[0].count;
  }
}

void CycleCollector::collect_what_is_due() {
  for (unsigned row = kGenerations; row-- > 0;) {
    if (generations_[row].count <= generations_[row].threshold) {
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
  return collecting_ ? 0 : run(generation);
}

std::uint64_t CycleCollector::run(unsigned generation) {
  collecting_ = true;
  report({CollectionPhase::kBegins, generation, 0, 0});
  if (generation + 1 < kGenerations) {
    ++generations_[generation + 1].count;
  }
  for (unsigned row = 0; row <= generation; ++row) {
    generations_[row].count = 0;
  }
  List& young = generations_[generation].list;
  for (unsigned row = 0; row < generation; ++row) {
    move_all(generations_[row].list, young);
  }
  List& old = generation + 1 < kGenerations ? generations_[generation + 1].list : young;

  List unreachable;
  make_empty(unreachable);
  deduce_unreachable(young, unreachable);
  note_survivors(generation, young, old);

  List legacy;
  make_empty(legacy);
  const Garbage garbage = look_through(unreachable);
  if (garbage.has_legacy_finalizers) {
    move_legacy(unreachable, legacy);
  }
  const std::uint64_t uncollectable = size_of(legacy);
  std::uint64_t collected = garbage.objects - uncollectable;
  if (garbage.has_weak_references) {
    clear_weak_references(unreachable, old);
  }
  if (garbage.has_finalizers) {
    finalize(unreachable);
  }
  if (garbage.has_weak_references || garbage.has_finalizers) {
    // Code of the program ran, and may have brought something back.
    collected = keep_resurrected(unreachable, old);
  }
  free_all(unreachable, old);

  for (GcHead* head = legacy.next; head != &legacy; head = head->next) {
    if (save_all_ || has_legacy_finalizer(head->object())) {
      garbage_.emplace_back(View(head->object()));
    }
  }
  move_all(legacy, old);

  GenerationStatistics& statistics = statistics_[generation];
  ++statistics.collections;
  statistics.collected += collected;
  statistics.uncollectable += uncollectable;
  report({CollectionPhase::kEnds, generation, collected, uncollectable});
  collecting_ = false;
  return collected + uncollectable;
}

void CycleCollector::note_survivors(unsigned generation, List& young, List& old) {
  untrack_tuples(young);
  if (&young != &old) {
    if (generation == kGenerations - 2) {
      long_lived_pending_ += size_of(young);
    }
    move_all(young, old);
    return;
  }
  untrack_dicts(young);
  long_lived_pending_ = 0;
  long_lived_total_ = size_of(young);
}

void CycleCollector::deduce_unreachable(List& young, List& unreachable) {
  copy_counts(young);
  subtract_references(young);
  move_unreachable(young, unreachable);
}

void CycleCollector::copy_counts(List& list) {
  for (GcHead* head = list.next; head != &list; head = head->next) {
    head->previous = head->object()->count();
    head->object()->set(Object::kCollecting);
  }
}

void CycleCollector::subtract_references(List& list) {
  for (GcHead* head = list.next; head != &list; head = head->next) {
    for_each_reference(head->object(), [](const Edge& edge) {
      if (edge.target->has(Object::kCollecting)) {
        --GcHead::of(edge.target)->previous;
      }
    });
  }
}

void CycleCollector::move_unreachable(List& young, List& unreachable) {
  GcHead* previous = &young;
  GcHead* head = young.next;
  while (head != &young) {
    Object* const object = head->object();
    if (head->previous > 0) {
      for_each_reference(object,
                         [&young](const Edge& edge) { see_from_reachable(edge.target, young); });
      head->set_previous(previous);
      object->reset(Object::kCollecting);
      previous = head;
    } else {
      previous->next = head->next;
      append(unreachable, head);
      object->set(Object::kUnreachable);
    }
    head = previous->next;
  }
  young.set_previous(previous);
}

void CycleCollector::see_from_reachable(Object* target, List& reachable) {
  if (!target->has(Object::kCollecting)) {
    return;
  }
  GcHead* const head = GcHead::of(target);
  if (target->has(Object::kUnreachable)) {
    unlink(head);
    append(reachable, head);
    target->reset(Object::kUnreachable);
    head->previous = 1;
  } else if (head->previous == 0) {
    head->previous = 1;
  }
}

void CycleCollector::untrack_tuples(List& list) {
  for (GcHead* head = list.next; head != &list;) {
    Object* const object = head->object();
    head = head->next;
    if (object->kind() == Kind::kTuple && !holds_what_may_be_tracked(object)) {
      untrack(object);
    }
  }
}

void CycleCollector::untrack_dicts(List& list) {
  for (GcHead* head = list.next; head != &list;) {
    Object* const object = head->object();
    head = head->next;
    if (object->kind() == Kind::kDict && !holds_what_may_be_tracked(object)) {
      untrack(object);
    }
  }
}

CycleCollector::Garbage CycleCollector::look_through(List& unreachable) {
  Garbage garbage;
  for (GcHead* head = unreachable.next; head != &unreachable; head = head->next) {
    Object* const object = head->object();
    object->reset(Object::kUnreachable);
    ++garbage.objects;
    garbage.has_legacy_finalizers |= has_legacy_finalizer(object);
    garbage.has_finalizers |= has_finalizer_to_run(object);
    garbage.has_weak_references |= concerns_weak_references(object);
  }
  return garbage;
}

void CycleCollector::move_legacy(List& unreachable, List& legacy) {
  for (GcHead* head = unreachable.next; head != &unreachable;) {
    GcHead* const next = head->next;
    if (has_legacy_finalizer(head->object())) {
      head->object()->reset(Object::kCollecting);
      unlink(head);
      append(legacy, head);
    }
    head = next;
  }
  // What they refer to is appended, so that the walk comes to it as well.
  for (GcHead* head = legacy.next; head != &legacy; head = head->next) {
    for_each_reference(head->object(), [&legacy](const Edge& edge) {
      if (edge.target->has(Object::kCollecting)) {
        edge.target->reset(Object::kCollecting);
        unlink(GcHead::of(edge.target));
        append(legacy, GcHead::of(edge.target));
      }
    });
  }
}

void CycleCollector::clear_weak_references(List& unreachable, List& old) {
  // All are cleared before the first callback runs, so that no callback gets at garbage. A callback
  // of a weak reference that is garbage itself never runs. Those to be called are kept by one
  // reference each, in a list of their own.
  List to_call;
  make_empty(to_call);
  for (GcHead* head = unreachable.next; head != &unreachable; head = head->next) {
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
        unlink(GcHead::of(weak));
        append(to_call, GcHead::of(weak));
      }
    }
  }
  while (!is_empty(to_call)) {
    GcHead* const head = to_call.next;
    unlink(head);
    append(old, head);
    call_weak_callback(as<WeakRefObject>(head->object()));
    drop(head->object());
  }
}

void CycleCollector::finalize(List& unreachable) {
  // Finalizers may untrack or free anything, so each object is moved before its own runs.
  List seen;
  make_empty(seen);
  while (!is_empty(unreachable)) {
    GcHead* const head = unreachable.next;
    Object* const object = head->object();
    unlink(head);
    append(seen, head);
    retain(object);
    run_finalizer(object);
    drop(object);
  }
  move_all(seen, unreachable);
}

std::uint64_t CycleCollector::keep_resurrected(List& unreachable, List& old) {
  List still_unreachable;
  make_empty(still_unreachable);
  deduce_unreachable(unreachable, still_unreachable);
  const std::uint64_t count = look_through(still_unreachable).objects;
  move_all(unreachable, old);
  move_all(still_unreachable, unreachable);
  return count;
}

void CycleCollector::free_all(List& unreachable, List& old) {
  while (!is_empty(unreachable)) {
    GcHead* const head = unreachable.next;
    Object* const object = head->object();
    object->reset(Object::kCollecting);
    if (save_all_) {
      garbage_.emplace_back(View(object));
    } else {
      retain(object);
      clear_references(object);
      drop(object);
    }
    if (unreachable.next == head) {  // It is still alive: others will give it up.
      unlink(head);
      append(old, head);
    }
  }
}

void CycleCollector::report(const CollectionFacts& facts) {
  const bool begins = facts.phase == CollectionPhase::kBegins;
  if (core_.listener) {
    core_.listener({begins ? EventKind::kCollectionBegins : EventKind::kCollectionEnds, View(), 0,
                    facts.generation, facts.collected, facts.uncollectable});
  }
  for (std::size_t row = 0; row < callbacks_.size(); ++row) {
    const Callback callback = callbacks_[row];
    run_user_code(core_, [&callback, &facts] { callback(facts); });
  }
}

}  // namespace heapscan::dump::runtime
