#include "dump/runtime/functions.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/core.h"
#include "dump/runtime/mappings.h"
#include "dump/runtime/names.h"
#include "dump/runtime/runtime.h"

namespace heapscan::dump::runtime {
namespace {

Object*& find_local(FrameObject* frame, std::string_view name) {
  const auto& names = frame->facts->local_names;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("frame '{}' has no variable '{}'", frame->facts->function, name));
  }
  return frame->locals()[found - names.begin()];
}

}  // namespace

namespace cell {

Ref make(Runtime& runtime, View content, SourcePlace place) {
  Core& core = runtime.core();
  require_thread(core);
  auto* const cell = make_object<CellObject>(core, core.type(Kind::kCell), 0, place);
  retain(content.get());
  cell->content = content.get();
  core.collector.track(cell);
  return Ref::adopt(cell);
}

Ref get(View cell) {
  return Ref(View(expect<CellObject>(cell, Kind::kCell)->content));
}

void set(View cell, View content) {
  assign(expect<CellObject>(cell, Kind::kCell)->content, content.get());
}

}  // namespace cell

namespace function {

Ref Call::free_variable(std::string_view name) const {
  auto* const object = expect<FunctionObject>(function, Kind::kFunction);
  const auto& names = object->facts->cell_names;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(ErrorKind::kUsage, fmt::format("the function has no free variable '{}'", name));
  }
  Object* const cell = object->cells()[found - names.begin()];
  Ref content = cell == nullptr ? Ref() : cell::get(View(cell));
  if (!content) {
    throw Error(ErrorKind::kUsage, fmt::format("free variable '{}' has no value", name));
  }
  return content;
}

Ref make(Runtime& runtime,
         std::string_view name,
         Body body,
         const std::vector<FreeVariable>& free_variables,
         SourcePlace place) {
  Core& core = runtime.core();
  require_thread(core);
  auto facts = std::make_unique<FunctionFacts>();
  facts->body = std::move(body);
  for (const FreeVariable& variable : free_variables) {
    require_kind(variable.cell, Kind::kCell);
    facts->cell_names.push_back(variable.name);
  }
  Ref name_text = make_name(core, name);
  auto* const function = make_object<FunctionObject>(
      core, core.type(Kind::kFunction), free_variables.size() * kPointerSize, place,
      [&free_variables](FunctionObject& object) { object.cell_count = free_variables.size(); });
  function->facts = facts.release();
  function->name = name_text.release();
  for (std::size_t row = 0; row < free_variables.size(); ++row) {
    assign(function->cells()[row], free_variables[row].cell.get());
  }
  core.collector.track(function);
  return Ref::adopt(function);
}

void set_module(View function, View module) {
  require_kind(module, Kind::kModule);
  assign(expect<FunctionObject>(function, Kind::kFunction)->module, module.get());
}

Ref call(View function, const std::vector<View>& arguments) {
  auto* const object = expect<FunctionObject>(function, Kind::kFunction);
  const Ref keep(function);  // The body may drop the last reference to it.
  Ref result = object->facts->body({function, arguments});
  return result ? std::move(result) : Ref(View(core_of(object).none));
}

}  // namespace function

namespace module {

Ref make(Runtime& runtime, std::string_view name, SourcePlace place) {
  Core& core = runtime.core();
  require_thread(core);
  Ref dict = dict::make(runtime, place);
  Ref name_text = make_name(core, name);
  auto* const module = make_object<ModuleObject>(core, core.type(Kind::kModule), 0, place);
  module->dict = dict.release();
  module->name = name_text.release();
  core.collector.track(module);
  return Ref::adopt(module);
}

Ref dict(View module) {
  return Ref(View(expect<ModuleObject>(module, Kind::kModule)->dict));
}

void set(View module, std::string_view name, View value) {
  set_name(expect<ModuleObject>(module, Kind::kModule)->dict, name, value);
}

Ref get(View module, std::string_view name) {
  const auto* const object = expect<ModuleObject>(module, Kind::kModule);
  Ref found = find_name(object->dict, name);
  if (!found) {
    throw Error(ErrorKind::kUsage, fmt::format("module '{}' has no attribute '{}'",
                                               as<StrObject>(object->name)->view(), name));
  }
  return found;
}

void remove(View module, std::string_view name) {
  (void)get(module, name);
  (void)remove_name(expect<ModuleObject>(module, Kind::kModule)->dict, name);
}

}  // namespace module

namespace suspended_frame {

Ref make(Runtime& runtime,
         std::string_view function,
         const std::vector<Local>& locals,
         SourcePlace place) {
  Core& core = runtime.core();
  require_thread(core);
  auto facts = std::make_unique<FrameFacts>();
  facts->function = function;
  for (const Local& local : locals) {
    facts->local_names.push_back(local.name);
  }
  auto* const frame = make_object<FrameObject>(
      core, core.type(Kind::kFrame), locals.size() * kPointerSize, place,
      [&locals](FrameObject& object) { object.local_count = locals.size(); });
  frame->facts = facts.release();
  for (std::size_t row = 0; row < locals.size(); ++row) {
    assign(frame->locals()[row], locals[row].value.get());
  }
  core.collector.track(frame);
  return Ref::adopt(frame);
}

Ref get(View frame, std::string_view name) {
  return Ref(View(find_local(expect<FrameObject>(frame, Kind::kFrame), name)));
}

void set(View frame, std::string_view name, View value) {
  assign(find_local(expect<FrameObject>(frame, Kind::kFrame), name), value.get());
}

void finish(View frame) {
  clear_references(expect<FrameObject>(frame, Kind::kFrame));
}

}  // namespace suspended_frame

}  // namespace heapscan::dump::runtime
