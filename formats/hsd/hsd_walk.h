#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "formats/hsd/hsd_layout.h"

namespace heapscan::formats::hsd {

/// Entries of a table of contents for the sections at the beginning of a file that has no table,
/// made up from the sections themselves: at least those up to the labels of references. The
/// checksums in them are of the bytes as they are. Throws Error(kBadInput) when the sections cannot
/// be told apart, or the file ends before the references are whole.
///
/// Requires: the file is larger than its header.
[[nodiscard]] std::vector<SectionEntry> walk_sections(std::span<const std::byte> bytes,
                                                      std::string_view name);

}  // namespace heapscan::formats::hsd
