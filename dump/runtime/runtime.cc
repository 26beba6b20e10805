#include "dump/runtime/runtime.h"

#include <algorithm>
#include <utility>

#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/lifetime/setup.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {
namespace {

/// The maximum number of collections at the end of a runtime.
constexpr int kMostFinalRounds = 8;

/// Ends the innermost frame.
void pop_frame(ObjectHeap& heap) {
  const RunningFrame frame = std::move(heap.instruments.frames.back());
  heap.instruments.frames.pop_back();
  for (const auto& local : frame.locals) {
    drop(local.second);
  }
}

}  // namespace

Runtime::Runtime(AllocatorOptions options)
    : heap_(std::make_unique<ObjectHeap>(options)), collector_(*heap_) {
  set_up(*heap_);
}

Runtime::~Runtime() {
  heap_->instruments.listener = nullptr;
  collector_.clear_callbacks();
  while (!heap_->instruments.frames.empty()) {
    pop_frame(*heap_);
  }
  globals_.clear();
  modules_.clear();
  collector_.unfreeze();
  collector_.set_save_all(false);
  // Finalizers may leave new cycles behind: repeat while a round finds something, but not forever.
  for (int round = 0; round < kMostFinalRounds && collector_.collect() > 0; ++round) {
    (void)collector_.take_garbage();
  }
  (void)collector_.take_garbage();
  tear_down(*heap_);
}

Tracer& Runtime::tracer() {
  return heap_->instruments.tracer;
}

AllocatorStatistics Runtime::memory() const {
  return heap_->allocator.statistics();
}

void Runtime::add_module(View module) {
  const auto* const object = expect<ModuleObject>(module, Kind::kModule);
  modules_.set(as<StrObject>(object->name)->view(), module.get());
}

Ref Runtime::find_module(std::string_view name) const {
  require_thread(*heap_);
  return modules_.find(name);
}

void Runtime::set_global(std::string_view name, View value) {
  globals_.set(name, require_object(value));
}

void Runtime::set_listener(Listener listener) {
  require_thread(*heap_);
  heap_->instruments.listener = std::move(listener);
}

void Runtime::set_unraisable_hook(std::function<void(std::exception_ptr)> hook) {
  require_thread(*heap_);
  heap_->unraisable.hook = std::move(hook);
}

std::uint64_t Runtime::unraisable_count() const {
  return heap_->unraisable.count;
}

FrameScope::FrameScope(Runtime& runtime, std::string_view function, SourcePlace place)
    : heap_(runtime.heap()), depth_(heap_.instruments.frames.size()) {
  require_thread(heap_);
  heap_.instruments.frames.push_back({std::string(function), place, {}});
}

FrameScope::~FrameScope() {
  pop_frame(heap_);
}

void FrameScope::set_local(std::string_view name, View value) {
  require_thread(heap_);
  auto& locals = heap_.instruments.frames[depth_].locals;
  auto found = std::find_if(locals.begin(), locals.end(),
                            [name](const auto& local) { return local.first == name; });
  if (found == locals.end()) {
    if (!value) {
      return;
    }
    locals.emplace_back(std::string(name), nullptr);
    found = std::prev(locals.end());
  }
  retain(value.get());
  Object* const before = std::exchange(found->second, value.get());
  if (!value) {
    locals.erase(found);
  }
  drop(before);
}

}  // namespace heapscan::dump::runtime
