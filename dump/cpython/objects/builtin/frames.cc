#include "dump/cpython/objects/builtin/frames.h"

#include <algorithm>
#include <optional>

#include "dump/cpython/objects/builtin/code.h"
#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/builtin/whole_frames.h"

// Frames and tracebacks.
namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kFrameObjectFrame = 24;   // PyFrameObject
constexpr std::uint8_t kOwnedByFrameObject = 2;   // enum _frameowner
constexpr std::uint32_t kMostLocals = 1U << 20U;  // More are damage.

constexpr Label kEvaluationStack = {"evaluation stack", ReferenceKind::kInternal};

/// The number of variables and values in a frame; nothing while the interpreter has not stored it,
/// that is, while the frame runs.
std::optional<std::uint64_t> stack_top(const ObjectReader& reader, Address frame) {
  const Layout::Frame& layout = reader.layout().frame;
  if (layout.stack_pointer == 0) {
    const auto top = reader.read_or<std::int32_t>(frame + layout.stack_top, -1);
    return top < 0 ? std::nullopt
                   : std::optional(
                         std::min<std::uint64_t>(static_cast<std::uint32_t>(top), kMostLocals));
  }
  const Address pointer = reader.pointer(frame + layout.stack_pointer);
  const Address first = frame + layout.locals_plus;
  if (pointer < first || pointer - first > std::uint64_t{kMostLocals} * 8) {
    return std::nullopt;
  }
  return (pointer - first) / 8;
}

void walk_frame_object(const WalkContext& context,
                       Address object,
                       const TypeInfo& /*type*/,
                       ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const Address frame = reader.pointer(object + kFrameObjectFrame);
  const auto owner = reader.read_or<std::uint8_t>(frame + reader.layout().frame.owner, 0);
  // Otherwise a thread or a generator holds the frame's contents.
  if (frame == object + reader.layout().frame.object_data && owner == kOwnedByFrameObject) {
    visit_frame_head(reader, frame, visitor);
    visit_frame_locals(reader, frame, visitor);
  }
}

void walk_whole_frame(const WalkContext& context,
                      Address frame,
                      const TypeInfo& /*type*/,
                      ReferenceVisitor& visitor) {
  visit_frame_locals(context.reader, frame, visitor);
}

std::uint64_t frame_object_size(const ObjectReader& reader,
                                Address object,
                                const TypeInfo& /*type*/) {
  const Layout::Frame& layout = reader.layout().frame;
  const Address frame = reader.pointer(object + kFrameObjectFrame);
  return layout.object_data +
         frame_size(reader, stack_reference(reader, frame + layout.code).object);
}

/// Before 3.11.
constexpr TypeTraits kWholeFrame = {.walk = walk_whole_frame, .size = whole_frame_size};
constexpr TypeTraits kFrame = {.walk = walk_frame_object, .size = frame_object_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"frame", since(8).until(9), 368, kWholeFrame,
     {{{24, "f_back"}, {32, "f_code"}, {40, "f_builtins"}, {48, "f_globals"}, {56, "f_locals"},
       {80, "f_trace"}}}},
    {"frame", only_in(10), 360, kWholeFrame,
     {{{24, "f_back"}, {32, "f_code"}, {40, "f_builtins"}, {48, "f_globals"}, {56, "f_locals"},
       {72, "f_trace"}}}},
    {"frame", since(11).until(12), 120, kFrame, {{{16, "f_back"}, {32, "f_trace"}}}},
    {"frame", only_in(13), 136, kFrame,
     {{{16, "f_back"}, {32, "f_trace"}, internal(48, "f_extra_locals"),
       internal(56, "f_locals_cache")}}},
    {"frame", since(14), 152, kFrame,
     {{{16, "f_back"}, {32, "f_trace"}, internal(48, "f_extra_locals"),
       internal(56, "f_locals_cache"), internal(64, "f_overwritten_fast_locals")}}},
    {"FrameLocalsProxy", since(13), 24, {}, {{internal(16, "frame")}}},
    {"traceback", since(8), 40, {}, {{{16, "tb_next"}, {24, "tb_frame"}}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> frame_layouts() {
  return kLayouts;
}

StackReference stack_reference(const ObjectReader& reader, Address place) {
  // Bits of a _PyStackRef: nothing is counted for it; if both are set, it is a number.
  constexpr std::uint64_t kUncounted = 1;
  constexpr std::uint64_t kMarks = 3;
  if (!reader.layout().frame.tagged_references) {
    return {reader.pointer(place), true};
  }
  const std::uint64_t word = reader.word(place);
  if ((word & kMarks) == kMarks || (word & ~kMarks) == 0) {
    return {};
  }
  const Address object{word & ~kMarks};
  // Immortal objects are not counted, but are references all the same.
  return {object, (word & kUncounted) == 0 || reader.is_immortal(reader.refcount(object))};
}

void visit_stack_reference(const ObjectReader& reader,
                           Address place,
                           const Label& label,
                           ReferenceVisitor& visitor) {
  const auto [target, counted] = stack_reference(reader, place);
  if (target && counted) {
    visitor.named(target, label);
  } else if (target) {
    visitor.borrowed(target, {});
  }
}

void visit_frame_head(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor) {
  const Layout::Frame& layout = reader.layout().frame;
  visit_stack_reference(reader, frame + layout.function, {"f_func", ReferenceKind::kInternal},
                        visitor);
  visit_stack_reference(reader, frame + layout.code, {"f_code"}, visitor);
  visit_pointer(reader, frame + layout.locals, {"f_locals"}, visitor);
  visit_pointer(reader, frame + layout.frame_object, {"frame_obj", ReferenceKind::kInternal},
                visitor);
}

void visit_frame_locals(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor) {
  const Layout& layout = reader.layout();
  if (layout.frame.form == FrameForm::kObject) {
    return visit_whole_frame(reader, frame, visitor);
  }
  const Address code = stack_reference(reader, frame + layout.frame.code).object;
  const auto count = reader.read_or<std::uint32_t>(code + layout.code.locals_plus, 0);
  const Address names = reader.pointer(code + layout.code.locals_plus_names);
  const Address kinds = reader.pointer(code + layout.code.locals_plus_kinds);
  if (!code || count > kMostLocals) {
    return;
  }
  for (std::uint64_t local = 0; local < count; ++local) {
    const auto [target, counted] =
        stack_reference(reader, frame + layout.frame.locals_plus + local * 8);
    const Address name = reader.pointer(names + layout.tuple.items + local * 8);
    const auto kind = reader.read_or<std::uint8_t>(kinds + offset::kBytesText + local, 0);
    if (target && counted) {
      const bool cell = (kind & (kCellVariable | kFreeVariable)) != 0;
      visitor.named_by(target, cell ? ReferenceKind::kCell : ReferenceKind::kLocal, name);
    } else if (target) {
      visitor.borrowed(target, name);
    }
  }
  const std::uint64_t top = stack_top(reader, frame).value_or(0);
  for (std::uint64_t place = count; place < top; ++place) {
    visit_stack_reference(reader, frame + layout.frame.locals_plus + place * 8, kEvaluationStack,
                          visitor);
  }
}

void visit_running_stack(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor) {
  const Layout& layout = reader.layout();
  if (layout.frame.form == FrameForm::kObject) {
    return visit_whole_running_stack(reader, frame, visitor);
  }
  const Address code = stack_reference(reader, frame + layout.frame.code).object;
  const auto locals = reader.read_or<std::uint32_t>(code + layout.code.locals_plus, 0);
  const auto depth = reader.read_or<std::uint32_t>(code + layout.code.stack_size, 0);
  if (!code || locals > kMostLocals || depth > kMostLocals || stack_top(reader, frame)) {
    return;
  }
  const Address begin = frame + layout.frame.locals_plus + std::uint64_t{locals} * 8;
  scan(reader, begin, begin + std::uint64_t{depth} * 8, 0, visitor);
}

std::uint64_t frame_size(const ObjectReader& reader, Address code) {
  const Layout& layout = reader.layout();
  return layout.frame.locals_plus +
         8 * (std::uint64_t{reader.read_or<std::uint32_t>(code + layout.code.locals_plus, 0)} +
              std::uint64_t{reader.read_or<std::uint32_t>(code + layout.code.stack_size, 0)});
}

}  // namespace heapscan::dump::cpython
