#include "dump/cpython/objects/model/object_reader.h"

#include "dump/cpython/objects/model/object_header.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kMostInterpreters = 10'000;

/// Objects in the interpreter's executable start with a count of 999,999,999 so that it never drops
/// to 0.
constexpr std::uint64_t kLeastImmortalCount = 800'000'000;

}  // namespace

ObjectReader::ObjectReader(const MemoryImage& image, const Layout& layout, Address runtime)
    : ImageReader(image), layout_(&layout), runtime_(runtime) {
  // New interpreters are added at the front.
  Address interpreter = pointer(runtime + layout.runtime.interpreters_head);
  while (interpreter && interpreters_.size() < kMostInterpreters) {
    interpreters_.push_back(interpreter);
    interpreter = pointer(interpreter + layout.interpreter.next);
  }
  for (auto owner = interpreters_.rbegin(); owner != interpreters_.rend(); ++owner) {
    const Address collector = collector_address(layout, runtime, *owner);
    const bool ready = *owner == main_interpreter() ||
                       pointer(collector + layout.collector.generations + offset::kGcNext);
    if (ready && (collectors_.empty() || collectors_.back() != collector)) {
      collectors_.push_back(collector);
    }
  }
}

std::string ObjectReader::of_interpreter(Address interpreter) const {
  return interpreter == main_interpreter()
             ? std::string()
             : " of interpreter " +
                   std::to_string(read_or<std::int64_t>(interpreter + layout_->interpreter.id, 0));
}

std::uint64_t ObjectReader::refcount(Address object) const {
  const std::uint64_t count = word(object + offset::kRefcount);
  return layout_->immortality == Immortality::kSplitCount ? count & 0xFFFFFFFFU : count;
}

bool ObjectReader::is_immortal(std::uint64_t refcount) const {
  return layout_->immortality == Immortality::kLargeCount
             ? refcount >= kLeastImmortalCount
             : static_cast<std::int32_t>(static_cast<std::uint32_t>(refcount)) < 0;
}

}  // namespace heapscan::dump::cpython
