#include "analysis/graph/object_set.h"

#include <bit>

namespace heapscan::analysis {

std::uint32_t ObjectSet::count() const {
  std::uint32_t total = 0;
  for (const std::uint64_t word : words_) {
    total += static_cast<std::uint32_t>(std::popcount(word));
  }
  return total;
}

}  // namespace heapscan::analysis
