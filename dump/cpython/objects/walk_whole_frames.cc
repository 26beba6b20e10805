#include <algorithm>

#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/reference_walker.h"

// Frames that are one object, with everything in it (before CPython 3.11): the variables of the
// function, then its cells, then the cells that it was given, then the evaluation stack.
namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kMostVariables = 1U << 20U;

std::uint64_t length_of(const ObjectReader& reader, std::uint64_t tuple) {
  return tuple == 0
             ? 0
             : std::min(reader.read_or<std::uint64_t>(tuple + offset::kSize, 0), kMostVariables);
}

/// Where the variables of a frame end and its evaluation stack begins.
std::uint64_t stack_bottom(const ObjectReader& reader, std::uint64_t frame) {
  const Layout& layout = reader.layout();
  const std::uint64_t code = reader.pointer(frame + layout.frame.code);
  std::uint64_t variables = 0;
  for (const std::uint16_t list :
       {layout.code.local_names, layout.code.cell_names, layout.code.free_names}) {
    variables += length_of(reader, reader.pointer(code + list));
  }
  return frame + layout.frame.locals_plus + variables * 8;
}

/// The most values that the function of a frame can have on its evaluation stack.
std::uint64_t stack_room(const ObjectReader& reader, std::uint64_t frame) {
  const std::uint64_t code = reader.pointer(frame + reader.layout().frame.code);
  return std::min<std::uint64_t>(
      reader.read_or<std::uint32_t>(code + reader.layout().code.stack_size, 0), kMostVariables);
}

/// Whether a frame runs: it then does not tell how much is on its evaluation stack.
bool is_running(const ObjectReader& reader, std::uint64_t frame) {
  const Layout::Frame& layout = reader.layout().frame;
  return layout.stack_depth != 0 ? reader.read_or<std::int32_t>(frame + layout.stack_depth, 0) < 0
                                 : reader.pointer(frame + layout.stack_top) == 0;
}

/// Values on the evaluation stack, from `bottom` on; 0 when the frame runs.
std::uint64_t stack_depth(const ObjectReader& reader, std::uint64_t frame, std::uint64_t bottom) {
  const Layout::Frame& layout = reader.layout().frame;
  if (layout.stack_depth != 0) {
    const auto depth = reader.read_or<std::int32_t>(frame + layout.stack_depth, 0);
    return depth > 0 ? static_cast<std::uint64_t>(depth) : 0;
  }
  const std::uint64_t top = reader.pointer(frame + layout.stack_top);
  return top > bottom ? (top - bottom) / 8 : 0;
}

}  // namespace

void ReferenceWalker::walk_variables(std::uint64_t first,
                                     std::uint64_t names,
                                     ReferenceKind kind,
                                     ReferenceVisitor& visitor) const {
  const std::uint64_t count = length_of(reader_, names);
  for (std::uint64_t place = 0; place < count; ++place) {
    if (const std::uint64_t target = reader_.pointer(first + place * 8); target != 0) {
      visitor.named_by(target, kind,
                       reader_.pointer(names + reader_.layout().tuple.items + place * 8));
    }
  }
}

void ReferenceWalker::walk_whole_frame(std::uint64_t frame, ReferenceVisitor& visitor) const {
  const Layout& layout = reader_.layout();
  const std::uint64_t code = reader_.pointer(frame + layout.frame.code);
  std::uint64_t place = frame + layout.frame.locals_plus;
  for (const std::uint16_t list :
       {layout.code.local_names, layout.code.cell_names, layout.code.free_names}) {
    const bool cells = list != layout.code.local_names;
    const std::uint64_t names = reader_.pointer(code + list);
    walk_variables(place, names, cells ? ReferenceKind::kCell : ReferenceKind::kLocal, visitor);
    place += length_of(reader_, names) * 8;
  }
  const std::uint64_t bottom = stack_bottom(reader_, frame);
  const std::uint64_t depth =
      std::min(stack_depth(reader_, frame, bottom), stack_room(reader_, frame));
  for (std::uint64_t value = 0; value < depth; ++value) {
    named(bottom + value * 8, ReferenceKind::kInternal, "evaluation stack", visitor);
  }
}

void ReferenceWalker::walk_whole_running_stack(std::uint64_t frame,
                                               ReferenceVisitor& visitor) const {
  if (is_running(reader_, frame)) {
    const std::uint64_t bottom = stack_bottom(reader_, frame);
    scan(bottom, bottom + stack_room(reader_, frame) * 8, 0, visitor);
  }
}

}  // namespace heapscan::dump::cpython
