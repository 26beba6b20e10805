#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "dump/process_facts.h"

namespace heapscan::formats::hsd {

/// The facts section: for each fact the sizes of its name and of its value as two 32-bit numbers,
/// then the name and the value. Numbers are written in decimal, so that new facts do not change the
/// format.
[[nodiscard]] std::vector<std::byte> facts_to_bytes(const dump::ProcessFacts& facts);

/// The facts in the section. Unknown names are ignored, and missing facts keep the value for
/// unknown. Throws Error(kBadInput) with the name of the fact, but not of the file.
[[nodiscard]] dump::ProcessFacts facts_from_bytes(std::span<const std::byte> bytes);

}  // namespace heapscan::formats::hsd
