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

/// A heap of reference-counted, cycle-collected objects with CPython's memory model, that knows its
/// own state exactly and can be dumped at any time (see heap_dump.h).
///
///     Runtime runtime;
///     const Ref shop = module::make(runtime, "shop");
///     runtime.add_module(shop);
///     module::set(shop, "cache", dict::make(runtime));
///
/// Invariants:
///  1. at any time, an object's reference count is the number of references to it from live
///     objects, Refs and the runtime's own tables;
///  2. an object dies when its count reaches 0, before the operation that dropped it returns;
///  3. an operation that throws leaves the heap as it was.
///
/// Thread rule: a runtime belongs to the thread that created it; use in another thread throws
/// Error(kUsage). Runtimes are independent: an object must not refer to an object of another
/// runtime. Destroying a runtime frees all its objects; no Ref may outlive it.
class Runtime {
 public:
  explicit Runtime(AllocatorOptions options = {});
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  Runtime(Runtime&&) = delete;
  Runtime& operator=(Runtime&&) = delete;
  ~Runtime();

  /// The heap of its objects, as the functions that create objects take it.
  [[nodiscard]] ObjectHeap& heap() const { return *heap_; }

  // NOLINTNEXTLINE(google-explicit-constructor): a Runtime is passed to those functions.
  operator ObjectHeap&() { return *heap_; }

  [[nodiscard]] CycleCollector& gc() { return collector_; }

  [[nodiscard]] const CycleCollector& gc() const { return collector_; }

  [[nodiscard]] Tracer& tracer();

  [[nodiscard]] AllocatorStatistics memory() const;

  /// Makes the module a root under its name, replacing any module of that name.
  void add_module(View module);

  /// Empty if there is none.
  [[nodiscard]] Ref find_module(std::string_view name) const;

  /// Makes a variable of the C++ program a root under this name.
  void set_global(std::string_view name, View value);

  /// The listener is called for each allocation, free and collection from now on; an empty one
  /// stops this.
  void set_listener(Listener listener);

  /// The hook receives what finalizers and callbacks throw, like sys.unraisablehook.
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

/// A call of the program, running for as long as this object lives: its name is on the allocation
/// stack of objects created meanwhile, and its variables are roots.
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
