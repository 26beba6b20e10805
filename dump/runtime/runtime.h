#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "dump/runtime/collector/cycle_collector.h"
#include "dump/runtime/memory/allocator.h"
#include "dump/runtime/named_roots.h"
#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/events.h"
#include "dump/runtime/tracing/source_place.h"
#include "dump/runtime/tracing/tracer.h"

namespace heapscan::dump::runtime {

/// A heap of reference-counted, cycle-collected objects with CPython's memory model, which knows
/// every fact of itself exactly and can be dumped at any instant (see heap_dump.h).
///
///     Runtime runtime;
///     const Ref shop = module::make(runtime, "shop");
///     runtime.add_module(shop);
///     module::set(shop, "cache", dict::make(runtime));
///
/// Invariants:
///  1. an object's reference count is the number of references of live objects, of Refs and of the
///     runtime's own tables to it, at every instant;
///  2. an object dies when its count reaches 0, before the operation that did it returns;
///  3. an operation that throws leaves the heap as it was.
///
/// Thread rule: one runtime belongs to the thread that made it; use in another one throws
/// Error(kUsage). Several runtimes know nothing of each other: an object must not refer to one of
/// another runtime. Destroying a runtime frees all its objects; no Ref may outlive it.
class Runtime {
 public:
  explicit Runtime(AllocatorOptions options = {});
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  Runtime(Runtime&&) = delete;
  Runtime& operator=(Runtime&&) = delete;
  ~Runtime();

  /// The heap of its objects. The functions that make objects take one.
  [[nodiscard]] ObjectHeap& heap() const { return *heap_; }

  // NOLINTNEXTLINE(google-explicit-constructor): a Runtime is passed to those functions.
  operator ObjectHeap&() { return *heap_; }

  [[nodiscard]] CycleCollector& gc() { return collector_; }

  [[nodiscard]] const CycleCollector& gc() const { return collector_; }

  [[nodiscard]] Tracer& tracer();

  [[nodiscard]] AllocatorStatistics memory() const;

  /// Makes the module a root under its name, in place of another one with this name.
  void add_module(View module);

  /// Empty when there is none.
  [[nodiscard]] Ref find_module(std::string_view name) const;

  /// A variable of the C++ program, which is a root under this name.
  void set_global(std::string_view name, View value);

  /// Sees allocations, frees and collections from now on; an empty one ends that.
  void set_listener(Listener listener);

  /// Gets what finalizers and callbacks throw, as sys.unraisablehook does.
  void set_unraisable_hook(std::function<void(std::exception_ptr)> hook);

  [[nodiscard]] std::uint64_t unraisable_count() const;

  [[nodiscard]] const NamedRoots& modules() const { return modules_; }

  [[nodiscard]] const NamedRoots& globals() const { return globals_; }

 private:
  std::unique_ptr<ObjectHeap> heap_;
  CycleCollector collector_;
  NamedRoots modules_;
  NamedRoots globals_;
};

/// A call of the program that runs for as long as this lives: its name is on the stack of the
/// objects made meanwhile, and its variables are roots.
class FrameScope {
 public:
  FrameScope(Runtime& runtime,
             std::string_view function,
             SourcePlace place = SourcePlace::current());
  FrameScope(const FrameScope&) = delete;
  FrameScope& operator=(const FrameScope&) = delete;
  FrameScope(FrameScope&&) = delete;
  FrameScope& operator=(FrameScope&&) = delete;
  ~FrameScope();

  /// Sets the variable; an empty value removes it.
  void set_local(std::string_view name, View value);

 private:
  ObjectHeap& heap_;
  std::size_t depth_;
};

}  // namespace heapscan::dump::runtime
