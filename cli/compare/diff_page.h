#pragma once

#include <cstdint>
#include <vector>

#include "cli/compare/growth_listing.h"
#include "cli/compare/series.h"
#include "cli/console/options.h"
#include "cli/render/page.h"

namespace heapscan::cli {

/// The tables of diff, in the order in which they are shown.
enum class DiffTable : std::uint8_t {
  kHolder,
  kType,
  kCycle,
  kSuspect,
  kNewHolder,
  kNewType,
  kGoneType,
  kSurvivor,
};

/// What diff shows of a series. JSON has all tables; CSV, which is one table, the first of
/// `tables`; text and Markdown have them all, below the facts about the series. Requires:
/// series.objects for the tables that are about objects; a table for CSV.
[[nodiscard]] Page diff_page(const Series& series,
                             const std::vector<DiffTable>& tables,
                             const RowChoice& rows,
                             Format format);

}  // namespace heapscan::cli
