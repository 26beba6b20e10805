#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "formats/hsd/hsd_layout.h"

namespace heapscan::formats::hsd {

/// Entries of a table of contents for the sections at the beginning of a file that has no table,
/// inferred from the sections themselves: at least those up to the labels of references. Their
/// checksums are those of the bytes as found. Throws Error(kBadInput) if the sections cannot be
/// identified, or the file ends within the references.
///
/// Requires: the file is larger than its header.
[[nodiscard]] std::vector<SectionEntry> walk_sections(std::span<const std::byte> bytes,
                                                      std::string_view name);

}  // namespace heapscan::formats::hsd
