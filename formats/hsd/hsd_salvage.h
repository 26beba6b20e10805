#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "dump/diagnostics.h"
#include "formats/hsd/hsd_sections.h"

namespace heapscan::formats::hsd {

/// Kinds of sections that a damaged file had or should have had, each with the byte where it began
/// if that is known.
using LostSections = std::map<SectionKind, std::optional<std::uint64_t>>;

/// The intact parts of a damaged file.
struct Remains {
  std::vector<Section> sections;  ///< As read_sections() gives them, but any may be missing.
  LostSections lost;
  dump::Diagnostics diagnostics;  ///< About the file; not about what the lost sections mean.
};

/// Finds the sections whose bytes are as they were written. Their places come from the table of
/// contents, from what is left of it, or, if the file was cut short before its table, from walking
/// through the sections (see hsd_walk.h). Throws Error(kBadInput) if none can be found.
[[nodiscard]] Remains find_remains(std::span<const std::byte> bytes, std::string_view name);

}  // namespace heapscan::formats::hsd
