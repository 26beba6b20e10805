#include "dump/runtime/types/functions.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/call.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/contents.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/names.h"

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

Ref make(ObjectHeap& heap, View content, SourcePlace place) {
  require_thread(heap);
  auto* const cell = make_object<CellObject>(heap, heap.type(Kind::kCell), 0, place);
  retain(content.get());
  cell->content = content.get();
  heap.generations.track(cell);
  return Ref::adopt(cell);
}

void set(View cell, View content) {
  assign(expect<CellObject>(cell, Kind::kCell)->content, content.get());
}

}  // namespace cell

namespace function {

Ref make(ObjectHeap& heap,
         std::string_view name,
         Body body,
         const std::vector<FreeVariable>& free_variables,
         SourcePlace place) {
  require_thread(heap);
  auto facts = std::make_unique<FunctionFacts>();
  facts->body = std::move(body);
  for (const FreeVariable& variable : free_variables) {
    require_kind(variable.cell, Kind::kCell);
    facts->cell_names.push_back(variable.name);
  }
  Ref name_text = make_name(heap, name);
  auto* const function = make_object<FunctionObject>(
      heap, heap.type(Kind::kFunction), free_variables.size() * kPointerSize, place,
      [&free_variables](FunctionObject& object) { object.cell_count = free_variables.size(); });
  function->facts = facts.release();
  function->name = name_text.release();
  for (std::size_t row = 0; row < free_variables.size(); ++row) {
    assign(function->cells()[row], free_variables[row].cell.get());
  }
  heap.generations.track(function);
  return Ref::adopt(function);
}

Ref call(View function, const std::vector<View>& arguments) {
  auto* const object = expect<FunctionObject>(function, Kind::kFunction);
  const ObjectHeap& heap = heap_of(object);
  Ref result = invoke(object, arguments);  // The function may be dead afterwards.
  return result ? std::move(result) : Ref(View(heap.shared.none));
}

}  // namespace function

namespace module {

Ref make(ObjectHeap& heap, std::string_view name, SourcePlace place) {
  require_thread(heap);
  Ref dict = dict::make(heap, place);
  Ref name_text = make_name(heap, name);
  auto* const module = make_object<ModuleObject>(heap, heap.type(Kind::kModule), 0, place);
  module->dict = dict.release();
  module->name = name_text.release();
  heap.generations.track(module);
  return Ref::adopt(module);
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

}  // namespace module

namespace suspended_frame {

Ref make(ObjectHeap& heap,
         std::string_view function,
         const std::vector<Local>& locals,
         SourcePlace place) {
  require_thread(heap);
  auto facts = std::make_unique<FrameFacts>();
  facts->function = function;
  for (const Local& local : locals) {
    facts->local_names.push_back(local.name);
  }
  auto* const frame = make_object<FrameObject>(
      heap, heap.type(Kind::kFrame), locals.size() * kPointerSize, place,
      [&locals](FrameObject& object) { object.local_count = locals.size(); });
  frame->facts = facts.release();
  for (std::size_t row = 0; row < locals.size(); ++row) {
    assign(frame->locals()[row], locals[row].value.get());
  }
  heap.generations.track(frame);
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
