#include <algorithm>

#include "dump/cpython/object_layout.h"
#include "dump/cpython/reference_walker.h"

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

/// Values on the evaluation stack, from `bottom` on; 0 when the frame runs, which does not tell.
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
      visitor.named_by(target, kind, reader_.pointer(names + offset::kTupleItems + place * 8));
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
  const std::uint64_t depth = stack_depth(reader_, frame, place);
  const std::uint64_t room = reader_.read_or<std::uint32_t>(code + layout.code.stack_size, 0);
  for (std::uint64_t value = 0; value < std::min(depth, room); ++value) {
    named(place + value * 8, ReferenceKind::kInternal, "evaluation stack", visitor);
  }
}

}  // namespace heapscan::dump::cpython
