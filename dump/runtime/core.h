#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <new>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "dump/runtime/allocator.h"
#include "dump/runtime/cycle_collector.h"
#include "dump/runtime/events.h"
#include "dump/runtime/layouts.h"
#include "dump/runtime/ref.h"
#include "dump/runtime/source_place.h"
#include "dump/runtime/tracer.h"

// What the files of this room share; programs use runtime.h and the headers of the types.

namespace heapscan::dump::runtime {

inline constexpr std::int64_t kSmallestSharedInt = -5;
inline constexpr std::int64_t kLargestSharedInt = 256;

class Runtime;

/// Objects that died and were not freed yet, linked through their GcHeads.
class DeadList {
 public:
  [[nodiscard]] bool empty() const { return first_ == nullptr; }

  void push_front(GcHead* head) {
    head->next = first_;
    first_ = head;
    last_ = last_ == nullptr ? head : last_;
  }

  void push_back(GcHead* head) {
    head->next = nullptr;
    (last_ == nullptr ? first_ : last_->next) = head;
    last_ = head;
  }

  GcHead* pop_front() {
    GcHead* const head = first_;
    first_ = head->next;
    last_ = first_ == nullptr ? nullptr : last_;
    head->next = nullptr;
    return head;
  }

  /// Moves all of `other` before what is here.
  void splice_front(DeadList& other) {
    if (other.empty()) {
      return;
    }
    other.last_->next = first_;
    last_ = last_ == nullptr ? other.last_ : last_;
    first_ = other.first_;
    other = DeadList();
  }

 private:
  GcHead* first_ = nullptr;
  GcHead* last_ = nullptr;
};

/// A call that the program declared to be running.
struct RunningFrame {
  std::string function;
  SourcePlace place;
  std::vector<std::pair<std::string, Object*>> locals;  ///< Counted.
};

/// The deallocator's state: see lifetime.cc.
struct Burial {
  bool active = false;
  DeadList pending;
};

struct StrHash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }

  std::size_t operator()(const StrObject* text) const { return (*this)(text->view()); }
};

struct StrEqual {
  using is_transparent = void;

  static std::string_view view(std::string_view text) { return text; }

  static std::string_view view(const StrObject* text) { return text->view(); }

  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return view(a) == view(b);
  }
};

/// Stands for the calling thread: the same in each call, and another one in each other thread. An
/// address, because std::this_thread::get_id() is a call into another library for every operation.
[[nodiscard]] inline const void* current_thread() {
  thread_local const char mark = 0;
  return &mark;
}

/// Everything a runtime has.
struct Core {
  explicit Core(AllocatorOptions options);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  Core(Core&&) = delete;
  Core& operator=(Core&&) = delete;
  ~Core();

  [[nodiscard]] const TypeInfo& type(Kind kind) const {
    return types[static_cast<std::size_t>(kind)];
  }

  Runtime* runtime = nullptr;  ///< Whose this is.
  Allocator allocator;
  CycleCollector collector;
  Tracer tracer;
  Listener listener;
  std::function<void(std::exception_ptr)> unraisable;
  std::uint64_t unraisable_count = 0;
  const void* thread = current_thread();  ///< That made the runtime.
  std::array<TypeInfo, kKinds> types;
  Burial burial;

  // Shared objects. The runtime holds one reference to each, except to interned strings.
  Object* none = nullptr;
  std::array<Object*, 2> booleans = {};
  std::array<Object*, kLargestSharedInt - kSmallestSharedInt + 1> small_ints = {};
  Object* empty_tuple = nullptr;
  std::unordered_set<StrObject*, StrHash, StrEqual> interned;

  // What keeps the program's objects alive, with a reference of its own to each.
  std::map<std::string, Object*, std::less<>> modules;
  std::map<std::string, Object*, std::less<>> globals;
  std::vector<RunningFrame> frames;
};

inline void retain(Object* object) {
  if (object != nullptr) {
    ++object->word;
  }
}

/// Gives up one reference; nothing for nullptr.
inline void drop(Object* object) noexcept {
  if (object != nullptr && (--object->word & Object::kCountMask) == 0) {
    die(object);
  }
}

/// Puts `value` (may be nullptr) in the place, and gives up what was there.
inline void assign(Object*& place, Object* value) {
  retain(value);
  drop(std::exchange(place, value));
}

[[nodiscard]] inline Core& core_of(const Object* object) {
  return *object->type->core;
}

[[noreturn]] void throw_wrong_thread();
[[noreturn]] void throw_no_object();
[[noreturn]] void throw_wrong_kind(const Object* object, Kind expected);

/// Throws Error(kUsage) in any thread but the one that made the runtime.
inline void require_thread(const Core& core) {
  if (current_thread() != core.thread) [[unlikely]] {
    throw_wrong_thread();
  }
}

/// Throws Error(kUsage) when `view` is empty. For what is put into an object whose own thread was
/// looked at: see require_object().
[[nodiscard]] inline Object* require_value(View view) {
  if (!view) [[unlikely]] {
    throw_no_object();
  }
  return view.get();
}

/// Throws Error(kUsage) when `view` is empty, and in the wrong thread.
[[nodiscard]] inline Object* require_object(View view) {
  Object* const object = require_value(view);
  require_thread(core_of(object));
  return object;
}

/// Throws Error(kUsage) when `view` is empty or of another kind, and in the wrong thread.
inline void require_kind(View view, Kind kind) {
  const Object* const object = require_object(view);
  if (object->kind() != kind) [[unlikely]] {
    throw_wrong_kind(object, kind);
  }
}

/// The object's layout. Throws as require_kind() does.
template <class Layout>
[[nodiscard]] Layout* expect(View view, Kind kind) {
  require_kind(view, kind);
  return as<Layout>(view.get());
}

/// Memory for a new object of `size` bytes, zeroed. Containers may start a collection first.
[[nodiscard]] void* allocate_object(Core& core, Kind kind, std::size_t size);

/// Registers the object that was made in memory from allocate_object. Throws std::bad_alloc, and
/// has given the memory back then.
void announce_object(Core& core, Object* object, SourcePlace place);

struct LeaveAsItIs {
  template <class Layout>
  void operator()(Layout& /*object*/) const {}
};

/// A new object with one reference, which is the caller's. `extra`: bytes behind the layout.
/// `fill(Layout&)` sets what the object's size depends on; it does not throw. Not yet tracked.
template <class Layout, class Fill = LeaveAsItIs>
[[nodiscard]] Layout* make_object(Core& core,
                                  const TypeInfo& type,
                                  std::size_t extra,
                                  SourcePlace place,
                                  const Fill& fill = Fill()) {
  void* const memory = allocate_object(core, type.kind, sizeof(Layout) + extra);
  auto* const object = new (memory) Layout;
  object->type = &type;
  fill(*object);
  announce_object(core, object, place);
  return object;
}

/// Memory that the object owns beside its block. Throws std::bad_alloc.
[[nodiscard]] void* allocate_buffer(Object* owner, std::size_t size);

/// `buffer` may be nullptr, with a size of 0. Requires: new_size > 0. Throws std::bad_alloc, and
/// the buffer is as it was then.
[[nodiscard]] void* resize_buffer(Object* owner,
                                  void* buffer,
                                  std::size_t size,
                                  std::size_t new_size);
void release_buffer(Object* owner, void* buffer, std::size_t size) noexcept;

/// Empties the object of what may be part of a cycle, as tp_clear does. The caller holds a
/// reference.
void clear_references(Object* object);

/// Frees what the object owns beside its block. Requires: its references were given up.
void free_buffers(Object* object);

/// Frees buffers and block. Requires: its references were given up.
void free_object(Object* object) noexcept;

/// Runs code of the program, in which objects may die: at once, whatever is being freed around it.
/// What it throws goes to the unraisable hook.
void run_user_code(Core& core, const std::function<void()>& code) noexcept;

/// Runs the object's finalizer if it has one that did not run; false when the object lives on
/// because the finalizer kept it. Requires: the caller holds a reference or the count is 0.
void run_finalizer(Object* object);

}  // namespace heapscan::dump::runtime
