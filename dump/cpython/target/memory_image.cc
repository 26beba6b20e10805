#include "dump/cpython/target/memory_image.h"

#include <algorithm>
#include <utility>

namespace heapscan::dump::cpython {

MemoryImage::MemoryImage(std::vector<Range> ranges, std::shared_ptr<const void> owner)
    : ranges_(std::move(ranges)), owner_(std::move(owner)) {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
}

std::optional<std::size_t> MemoryImage::find_range(Address address) const {
  const auto above =
      std::upper_bound(ranges_.begin(), ranges_.end(), address,
                       [](Address wanted, const Range& range) { return wanted < range.begin; });
  if (above == ranges_.begin() || address >= std::prev(above)->end) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(std::prev(above) - ranges_.begin());
}

std::string ImageReader::text(Address address, std::size_t limit) const {
  if (bytes(address, 1) == nullptr) {
    return {};
  }
  const std::size_t available = std::min<std::uint64_t>(limit, last_.end - address);
  const char* const first =
      static_cast<const char*>(static_cast<const void*>(bytes(address, available)));
  return std::string(first, ::strnlen(first, available));
}

}  // namespace heapscan::dump::cpython
