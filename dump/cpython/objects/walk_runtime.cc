#include <algorithm>
#include <optional>

#include "dump/cpython/objects/dict_reader.h"
#include "dump/cpython/objects/exit_callbacks.h"
#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/reference_walker.h"

namespace heapscan::dump::cpython {
namespace {

// enum _frameowner, enum _framestate.
constexpr std::uint8_t kOwnedByFrameObject = 2;
constexpr std::int8_t kFrameCleared = 4;

constexpr std::uint32_t kMostLocals = 1U << 20U;
/// State of a module is scanned up to here: larger ones are buffers.
constexpr std::uint64_t kLargestModuleState = std::uint64_t{1} << 20U;

/// Whether the callbacks of the module atexit are in the state of this module.
bool has_exit_callbacks(const ObjectReader& reader, std::uint64_t module) {
  const std::uint32_t field = reader.layout().interpreter.exit_module;
  return field != 0 && std::ranges::any_of(reader.interpreters(), [&](std::uint64_t interpreter) {
           return reader.pointer(interpreter + field) == module;
         });
}

/// How many variables and values a frame has, one after another; nothing while the interpreter
/// keeps that to itself, as it does when the frame runs.
std::optional<std::uint64_t> stack_top(const ObjectReader& reader, std::uint64_t frame) {
  const Layout::Frame& layout = reader.layout().frame;
  if (layout.stack_pointer == 0) {
    const auto top = reader.read_or<std::int32_t>(frame + layout.stack_top, -1);
    return top < 0 ? std::nullopt
                   : std::optional(
                         std::min<std::uint64_t>(static_cast<std::uint32_t>(top), kMostLocals));
  }
  const std::uint64_t pointer = reader.pointer(frame + layout.stack_pointer);
  const std::uint64_t first = frame + layout.locals_plus;
  if (pointer < first || pointer - first > std::uint64_t{kMostLocals} * 8) {
    return std::nullopt;
  }
  return (pointer - first) / 8;
}

}  // namespace

void ReferenceWalker::walk_type(std::uint64_t type, ReferenceVisitor& visitor) const {
  struct TypeField {
    std::uint64_t offset;
    std::string_view name;
    ReferenceKind kind;
  };

  const Layout::Type& layout = reader_.layout().type;
  const TypeField fields[] = {
      {offset::kTypeBases, "__bases__", ReferenceKind::kAttribute},
      {offset::kTypeMro, "__mro__", ReferenceKind::kAttribute},
      {offset::kTypeCache, "tp_cache", ReferenceKind::kInternal},
      {layout.heap_name, "__name__", ReferenceKind::kAttribute},
      {layout.heap_slots, "__slots__", ReferenceKind::kAttribute},
      {layout.heap_qualname, "__qualname__", ReferenceKind::kAttribute},
      {layout.heap_module, "ht_module", ReferenceKind::kInternal},
  };
  if (const std::uint64_t dict = reader_.type_dict(type); dict != 0) {
    visitor.named(dict, ReferenceKind::kAttribute, "__dict__");
  }
  if (const std::uint64_t subclasses = reader_.type_subclasses(type); subclasses != 0) {
    visitor.named(subclasses, ReferenceKind::kInternal, "tp_subclasses");
  }
  const bool heap_type = (reader_.pointer(type + offset::kTypeFlags) & offset::kFlagHeapType) != 0;
  for (const TypeField& field : fields) {
    if (field.offset != 0 && (heap_type || field.offset < layout.size)) {
      named(type + field.offset, field.kind, field.name, visitor);
    }
  }
  if (!heap_type) {
    return;  // Its base is in its bases, and is not counted once more.
  }
  named(type + offset::kTypeBase, ReferenceKind::kAttribute, "__base__", visitor);
  walk_attribute_names(
      DictKeys(reader_, reader_.pointer(type + reader_.layout().type.heap_cached_keys)), visitor);
}

void ReferenceWalker::walk_attribute_names(const DictKeys& keys, ReferenceVisitor& visitor) const {
  // The table of attribute names that instances share counts its keys.
  for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
    if (const std::uint64_t key = keys.key(entry); key != 0) {
      visitor.named(key, ReferenceKind::kInternal, "attribute names");
    }
  }
}

void ReferenceWalker::walk_code(std::uint64_t code, ReferenceVisitor& visitor) const {
  constexpr std::string_view kNames[] = {"co_code", "co_varnames", "co_cellvars", "co_freevars"};
  const std::uint64_t field = reader_.layout().code.cached;
  const std::uint64_t cached = field == 0 ? 0 : reader_.pointer(code + field);
  for (std::uint64_t place = 0; cached != 0 && place < std::size(kNames); ++place) {
    named(cached + place * 8, ReferenceKind::kAttribute, kNames[place], visitor);
  }
}

void ReferenceWalker::walk_module(std::uint64_t module, ReferenceVisitor& visitor) const {
  // A module written in C keeps what it needs in a structure of its own, known to it alone.
  const std::uint64_t state = reader_.pointer(module + offset::kModuleState);
  const std::uint64_t definition = reader_.pointer(module + offset::kModuleDef);
  const auto size = reader_.read_or<std::int64_t>(definition + offset::kModuleDefStateSize, 0);
  if (has_exit_callbacks(reader_, module)) {
    for (const std::uint64_t object : exit_callbacks(reader_, state)) {
      visitor.named(object, ReferenceKind::kInternal, "atexit");
    }
    return;
  }
  if (state != 0 && definition != 0 && size > 0) {
    scan(state, state + std::min(static_cast<std::uint64_t>(size), kLargestModuleState), 0,
         visitor);
  }
}

void ReferenceWalker::walk_frame_head(std::uint64_t frame, ReferenceVisitor& visitor) const {
  named_in_frame(frame + reader_.layout().frame.function, ReferenceKind::kInternal, "f_func",
                 visitor);
  named_in_frame(frame + reader_.layout().frame.code, ReferenceKind::kAttribute, "f_code", visitor);
  named(frame + reader_.layout().frame.locals, ReferenceKind::kAttribute, "f_locals", visitor);
  named(frame + reader_.layout().frame.frame_object, ReferenceKind::kInternal, "frame_obj",
        visitor);
}

void ReferenceWalker::walk_frame_locals(std::uint64_t frame, ReferenceVisitor& visitor) const {
  if (reader_.layout().frame.form == FrameForm::kObject) {
    return walk_whole_frame(frame, visitor);
  }
  const std::uint64_t code = reader_.stack_reference(frame + reader_.layout().frame.code).object;
  const auto count = reader_.read_or<std::uint32_t>(code + reader_.layout().code.locals_plus, 0);
  const std::uint64_t names = reader_.pointer(code + reader_.layout().code.locals_plus_names);
  const std::uint64_t kinds = reader_.pointer(code + reader_.layout().code.locals_plus_kinds);
  if (code == 0 || count > kMostLocals) {
    return;
  }
  for (std::uint64_t local = 0; local < count; ++local) {
    const auto [target, counted] =
        reader_.stack_reference(frame + reader_.layout().frame.locals_plus + local * 8);
    const std::uint64_t name = reader_.pointer(names + reader_.layout().tuple.items + local * 8);
    const auto kind = reader_.read_or<std::uint8_t>(kinds + offset::kBytesText + local, 0);
    if (target != 0 && counted) {
      const bool cell = (kind & (offset::kFlagCellVariable | offset::kFlagFreeVariable)) != 0;
      visitor.named_by(target, cell ? ReferenceKind::kCell : ReferenceKind::kLocal, name);
    } else if (target != 0) {
      visitor.borrowed(target, name);
    }
  }
  const std::uint64_t top = stack_top(reader_, frame).value_or(0);
  for (std::uint64_t place = count; place < top; ++place) {
    named_in_frame(frame + reader_.layout().frame.locals_plus + place * 8, ReferenceKind::kInternal,
                   "evaluation stack", visitor);
  }
}

void ReferenceWalker::walk_running_stack(std::uint64_t frame, ReferenceVisitor& visitor) const {
  const Layout& layout = reader_.layout();
  if (layout.frame.form == FrameForm::kObject) {
    return walk_whole_running_stack(frame, visitor);
  }
  const std::uint64_t code = reader_.stack_reference(frame + layout.frame.code).object;
  const auto locals = reader_.read_or<std::uint32_t>(code + layout.code.locals_plus, 0);
  const auto depth = reader_.read_or<std::uint32_t>(code + layout.code.stack_size, 0);
  if (code == 0 || locals > kMostLocals || depth > kMostLocals || stack_top(reader_, frame)) {
    return;
  }
  const std::uint64_t begin = frame + layout.frame.locals_plus + std::uint64_t{locals} * 8;
  scan(begin, begin + std::uint64_t{depth} * 8, 0, visitor);
}

void ReferenceWalker::walk_frame_object(std::uint64_t object, ReferenceVisitor& visitor) const {
  const std::uint64_t frame = reader_.pointer(object + offset::kFrameObjectFrame);
  const auto owner = reader_.read_or<std::uint8_t>(frame + reader_.layout().frame.owner, 0);
  // Otherwise a thread or a generator holds what is in the frame.
  if (frame == object + reader_.layout().frame.object_data && owner == kOwnedByFrameObject) {
    walk_frame_head(frame, visitor);
    walk_frame_locals(frame, visitor);
  }
}

void ReferenceWalker::walk_generator(std::uint64_t generator, ReferenceVisitor& visitor) const {
  const auto state =
      reader_.read_or<std::int8_t>(generator + reader_.layout().generator.state, kFrameCleared);
  const Layout::Generator& layout = reader_.layout().generator;
  if (state < kFrameCleared) {
    walk_frame_head(generator + layout.frame, visitor);
    walk_frame_locals(generator + layout.frame, visitor);
  } else if (layout.code >= layout.frame) {
    named_in_frame(generator + layout.code, ReferenceKind::kAttribute, "f_code", visitor);
  }
}

void ReferenceWalker::walk_builtin_function(std::uint64_t object, ReferenceVisitor& visitor) const {
  // Only methods that were defined to take their class have room for it.
  const std::uint64_t definition = reader_.pointer(object + offset::kBuiltinMethodDef);
  const auto flags = reader_.read_or<std::uint32_t>(definition + offset::kMethodDefFlags, 0);
  if ((flags & offset::kMethodDefHasClass) != 0) {
    named(object + offset::kBuiltinClass, ReferenceKind::kInternal, "mm_class", visitor);
  }
}

}  // namespace heapscan::dump::cpython
