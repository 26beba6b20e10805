#include "dump/runtime/runtime.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/core.h"

namespace heapscan::dump::runtime {
namespace {

using NamedObjects = std::map<std::string, Object*, std::less<>>;

void set_named(NamedObjects& table, std::string_view name, Object* object) {
  const auto [found, is_new] = table.emplace(name, nullptr);
  (void)is_new;
  assign(found->second, object);
}

void remove_named(NamedObjects& table, std::string_view name) {
  const auto found = table.find(name);
  if (found == table.end()) {
    throw Error(ErrorKind::kUsage, fmt::format("there is no root named '{}'", name));
  }
  drop(table.extract(found).mapped());
}

Ref find_named(const NamedObjects& table, std::string_view name) {
  const auto found = table.find(name);
  return found == table.end() ? Ref() : Ref(View(found->second));
}

}  // namespace

Runtime::Runtime(AllocatorOptions options) : core_(std::make_unique<Core>(options)) {
  core_->runtime = this;
}

Runtime::~Runtime() = default;

CycleCollector& Runtime::gc() {
  return core_->collector;
}

Tracer& Runtime::tracer() {
  return core_->tracer;
}

AllocatorStatistics Runtime::memory() const {
  return core_->allocator.statistics();
}

void Runtime::trim() {
  require_thread(*core_);
  core_->allocator.trim();
}

void Runtime::add_module(View module) {
  const auto* const object = expect<ModuleObject>(module, Kind::kModule);
  set_named(core_->modules, as<StrObject>(object->name)->view(), module.get());
}

void Runtime::remove_module(std::string_view name) {
  require_thread(*core_);
  remove_named(core_->modules, name);
}

Ref Runtime::find_module(std::string_view name) const {
  require_thread(*core_);
  return find_named(core_->modules, name);
}

void Runtime::set_global(std::string_view name, View value) {
  set_named(core_->globals, name, require_object(value));
}

void Runtime::remove_global(std::string_view name) {
  require_thread(*core_);
  remove_named(core_->globals, name);
}

Ref Runtime::find_global(std::string_view name) const {
  require_thread(*core_);
  return find_named(core_->globals, name);
}

void Runtime::set_listener(Listener listener) {
  require_thread(*core_);
  core_->listener = std::move(listener);
}

void Runtime::set_unraisable_hook(std::function<void(std::exception_ptr)> hook) {
  require_thread(*core_);
  core_->unraisable = std::move(hook);
}

std::uint64_t Runtime::unraisable_count() const {
  return core_->unraisable_count;
}

FrameScope::FrameScope(Runtime& runtime, std::string_view function, SourcePlace place)
    : core_(runtime.core()), depth_(core_.frames.size()) {
  require_thread(core_);
  core_.frames.push_back({std::string(function), place, {}});
}

FrameScope::~FrameScope() {
  const RunningFrame frame = std::move(core_.frames[depth_]);
  core_.frames.pop_back();
  for (const auto& local : frame.locals) {
    drop(local.second);
  }
}

void FrameScope::set_local(std::string_view name, View value) {
  require_thread(core_);
  auto& locals = core_.frames[depth_].locals;
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
