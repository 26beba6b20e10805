#include "dump/cpython/objects/object_reader.h"

#include <utility>

#include "dump/cpython/objects/object_layout.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kMostInterpreters = 10'000;

/// Objects of the interpreter's image start with a count of 999,999,999 so that it never falls to
/// 0.
constexpr std::uint64_t kLeastImmortalCount = 800'000'000;

}  // namespace

ObjectReader::ObjectReader(const MemoryImage& image, const Layout& layout, std::uint64_t runtime)
    : ImageReader(image), layout_(&layout), runtime_(runtime) {
  // New ones are put in front.
  std::uint64_t interpreter = pointer(runtime + layout.runtime.interpreters_head);
  while (interpreter != 0 && interpreters_.size() < kMostInterpreters) {
    interpreters_.push_back(interpreter);
    interpreter = pointer(interpreter + layout.interpreter.next);
  }
  for (auto owner = interpreters_.rbegin(); owner != interpreters_.rend(); ++owner) {
    const std::uint64_t collector = collector_address(layout, runtime, *owner);
    const bool ready = *owner == main_interpreter() ||
                       pointer(collector + layout.collector.generations + offset::kGcNext) != 0;
    if (ready && (collectors_.empty() || collectors_.back() != collector)) {
      collectors_.push_back(collector);
    }
  }
}

ObjectReader::StackReference ObjectReader::stack_reference(std::uint64_t place) const {
  // Bits of a _PyStackRef: nothing is counted for it; with the other too, it is a number.
  constexpr std::uint64_t kUncounted = 1;
  constexpr std::uint64_t kMarks = 3;
  const std::uint64_t word = pointer(place);
  if (!layout_->frame.tagged_references) {
    return {word, true};
  }
  if ((word & kMarks) == kMarks || (word & ~kMarks) == 0) {
    return {};
  }
  const std::uint64_t object = word & ~kMarks;
  // Nothing is counted for what is never freed, and it is a reference all the same.
  return {object, (word & kUncounted) == 0 || is_immortal(refcount(object))};
}

std::uint64_t ObjectReader::refcount(std::uint64_t object) const {
  const std::uint64_t word = pointer(object + offset::kRefcount);
  return layout_->immortality == Immortality::kSplitCount ? word & 0xFFFFFFFFU : word;
}

bool ObjectReader::is_immortal(std::uint64_t refcount) const {
  return layout_->immortality == Immortality::kLargeCount
             ? refcount >= kLeastImmortalCount
             : static_cast<std::int32_t>(static_cast<std::uint32_t>(refcount)) < 0;
}

/// Whether the interpreters keep the type's dict and subclasses for it.
bool ObjectReader::keeps_little(std::uint64_t type) const {
  return layout_->static_types.builtins != 0 &&
         (pointer(type + offset::kTypeFlags) & offset::kFlagStaticType) != 0;
}

std::string ObjectReader::of_interpreter(std::uint64_t interpreter) const {
  return interpreter == main_interpreter()
             ? std::string()
             : " of interpreter " +
                   std::to_string(read_or<std::int64_t>(interpreter + layout_->interpreter.id, 0));
}

std::vector<ObjectReader::StaticType> ObjectReader::static_types(std::uint64_t interpreter) const {
  std::vector<StaticType> found;
  const Layout::StaticTypes& types = layout_->static_types;
  for (const auto& [table, count] : {std::pair(types.builtins, types.builtin_count),
                                     std::pair(types.extensions, types.extension_count)}) {
    for (std::uint64_t place = 0; table != 0 && place < count; ++place) {
      const std::uint64_t row = interpreter + table + place * types.row_size;
      if (const std::uint64_t type = pointer(row); type != 0) {
        found.push_back({type, pointer(row + types.dict), pointer(row + types.subclasses)});
      }
    }
  }
  return found;
}

ObjectReader::StaticType ObjectReader::static_type_in(std::uint64_t interpreter,
                                                      std::uint64_t type) const {
  const Layout::StaticTypes& types = layout_->static_types;
  const std::uint64_t place = pointer(type + offset::kTypeSubclasses) - 1;
  // Both tables count from 1; each row begins with the type that it is of.
  for (const auto& [table, count] : {std::pair(types.builtins, types.builtin_count),
                                     std::pair(types.extensions, types.extension_count)}) {
    const std::uint64_t row = interpreter + table + place * types.row_size;
    if (place < count && pointer(row) == type) {
      return {type, pointer(row + types.dict), pointer(row + types.subclasses)};
    }
  }
  return {};
}

/// The main interpreter's, or of a type that only others know, one of theirs.
ObjectReader::StaticType ObjectReader::static_type(std::uint64_t type) const {
  for (auto interpreter = interpreters_.rbegin(); interpreter != interpreters_.rend();
       ++interpreter) {
    if (const StaticType found = static_type_in(*interpreter, type); found.type != 0) {
      return found;
    }
  }
  return {};
}

std::uint64_t ObjectReader::type_dict(std::uint64_t type) const {
  const std::uint64_t dict = pointer(type + offset::kTypeDict);
  return dict != 0 || !keeps_little(type) ? dict : static_type(type).dict;
}

std::uint64_t ObjectReader::type_subclasses(std::uint64_t type) const {
  return keeps_little(type) ? static_type(type).subclasses
                            : pointer(type + offset::kTypeSubclasses);
}

}  // namespace heapscan::dump::cpython
