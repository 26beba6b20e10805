#include "dump/cpython/objects/builtin/whole_frames.h"

#include <algorithm>

#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/sizes.h"
#include "dump/cpython/objects/model/walking.h"

// The frame contains, in this order, the variables of the function, its own cells, the cells passed
// to it, and the evaluation stack.
namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kMostVariables = 1U << 20U;

std::uint64_t length_of(const ObjectReader& reader, Address tuple) {
  return tuple ? std::min(reader.word(tuple + offset::kSize), kMostVariables) : 0;
}

/// Where the variables of a frame end and its evaluation stack starts.
Address stack_bottom(const ObjectReader& reader, Address frame) {
  const Layout& layout = reader.layout();
  const Address code = reader.pointer(frame + layout.frame.code);
  std::uint64_t variables = 0;
  for (const std::uint16_t list :
       {layout.code.local_names, layout.code.cell_names, layout.code.free_names}) {
    variables += length_of(reader, reader.pointer(code + list));
  }
  return frame + layout.frame.locals_plus + variables * 8;
}

/// The most values that the function of a frame can have on its evaluation stack.
std::uint64_t stack_room(const ObjectReader& reader, Address frame) {
  const Address code = reader.pointer(frame + reader.layout().frame.code);
  return std::min<std::uint64_t>(
      reader.read_or<std::uint32_t>(code + reader.layout().code.stack_size, 0), kMostVariables);
}

/// Whether a frame is running: the depth of its evaluation stack is then unknown.
bool is_running(const ObjectReader& reader, Address frame) {
  const Layout::Frame& layout = reader.layout().frame;
  return layout.stack_depth != 0 ? reader.read_or<std::int32_t>(frame + layout.stack_depth, 0) < 0
                                 : !reader.pointer(frame + layout.stack_top);
}

/// The number of values on the evaluation stack, from `bottom` on; 0 if the frame is running.
std::uint64_t stack_depth(const ObjectReader& reader, Address frame, Address bottom) {
  const Layout::Frame& layout = reader.layout().frame;
  if (layout.stack_depth != 0) {
    const auto depth = reader.read_or<std::int32_t>(frame + layout.stack_depth, 0);
    return depth > 0 ? static_cast<std::uint64_t>(depth) : 0;
  }
  const Address top = reader.pointer(frame + layout.stack_top);
  return top > bottom ? (top - bottom) / 8 : 0;
}

void visit_variables(const ObjectReader& reader,
                     Address first,
                     Address names,
                     ReferenceKind kind,
                     ReferenceVisitor& visitor) {
  const std::uint64_t count = length_of(reader, names);
  for (std::uint64_t place = 0; place < count; ++place) {
    if (const Address target = reader.pointer(first + place * 8); target) {
      visitor.named_by(target, kind,
                       reader.pointer(names + reader.layout().tuple.items + place * 8));
    }
  }
}

}  // namespace

void visit_whole_frame(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor) {
  const Layout& layout = reader.layout();
  const Address code = reader.pointer(frame + layout.frame.code);
  Address place = frame + layout.frame.locals_plus;
  for (const std::uint16_t list :
       {layout.code.local_names, layout.code.cell_names, layout.code.free_names}) {
    const bool cells = list != layout.code.local_names;
    const Address names = reader.pointer(code + list);
    visit_variables(reader, place, names, cells ? ReferenceKind::kCell : ReferenceKind::kLocal,
                    visitor);
    place += length_of(reader, names) * 8;
  }
  const Address bottom = stack_bottom(reader, frame);
  const std::uint64_t depth =
      std::min(stack_depth(reader, frame, bottom), stack_room(reader, frame));
  for (std::uint64_t value = 0; value < depth; ++value) {
    visit_pointer(reader, bottom + value * 8, {"evaluation stack", ReferenceKind::kInternal},
                  visitor);
  }
}

void visit_whole_running_stack(const ObjectReader& reader,
                               Address frame,
                               ReferenceVisitor& visitor) {
  if (is_running(reader, frame)) {
    const Address bottom = stack_bottom(reader, frame);
    scan(reader, bottom, bottom + stack_room(reader, frame) * 8, 0, visitor);
  }
}

std::uint64_t whole_frame_size(const ObjectReader& reader, Address frame, const TypeInfo& type) {
  const Layout::Code& layout = reader.layout().code;
  const Address code = reader.pointer(frame + reader.layout().frame.code);
  const std::uint64_t words =
      std::uint64_t{reader.read_or<std::uint32_t>(code + layout.stack_size, 0)} +
      std::uint64_t{reader.read_or<std::uint32_t>(code + layout.local_count, 0)} +
      tuple_length(reader, code + layout.cell_names) +
      tuple_length(reader, code + layout.free_names);
  return type.basic_size + words * 8 - 8;  // One word of the stack is in the basic size.
}

}  // namespace heapscan::dump::cpython
