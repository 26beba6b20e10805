#pragma once

#include <string>
#include <vector>

#include "dump/heap.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

/// What to do about damage, with or without --salvage.
[[nodiscard]] constexpr formats::Damage damage_of(bool salvage) {
  return salvage ? formats::Damage::kSalvage : formats::Damage::kRefuse;
}

/// What is missing from a salvaged dump, one line each, with the place in the file.
[[nodiscard]] std::vector<std::string> losses_of(const dump::Heap& heap);

/// Whether the heap can prove that an object is garbage: not if it was salvaged without its roots
/// or with references missing.
[[nodiscard]] bool knows_garbage(const dump::Heap& heap);

/// Throws Error(kBadInput) for a salvaged heap without the names or labels that `what` depends on.
void require_names(const dump::Heap& heap, const std::string& what);

/// Throws Error(kBadInput) for a heap that does not satisfy knows_garbage().
void require_garbage(const dump::Heap& heap, const std::string& what);

}  // namespace heapscan::cli
