#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "dump/process_facts.h"

namespace heapscan::formats::hsd {

/// The facts section: for each fact the sizes of its name and of its text as two 32-bit numbers,
/// then the name and the text. Numbers are written in decimal, so that new facts need no new
/// format.
[[nodiscard]] std::vector<std::byte> facts_to_bytes(const dump::ProcessFacts& facts);

/// The facts in the section. Names that are not known are passed over, and facts that are missing
/// keep the value that says so. Throws Error(kBadInput) with the fact's name, without the file's.
[[nodiscard]] dump::ProcessFacts facts_from_bytes(std::span<const std::byte> bytes);

}  // namespace heapscan::formats::hsd
