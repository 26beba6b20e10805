#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/growth/growth.h"
#include "cli/render/listing.h"

/// The columns of growth, the same in every table of diff and in the JSON of gate.
namespace heapscan::cli {

/// What the rows of a table of growth are about, and which columns it has.
struct GrowthColumns {
  std::string key;         ///< What a row is about: "type".
  std::string instances;   ///< The heading of the column of instances; empty: not shown to people.
  bool has_trend = false;  ///< Show it to people: there are more than two dumps.
  bool for_programs = true;

  [[nodiscard]] std::vector<Listing::Column> columns() const;
  [[nodiscard]] Listing::Cells cells(const analysis::GrowthRow& row) const;
  /// For a sum, which has no meaningful instances or trend.
  [[nodiscard]] Listing::Cells sum_cells(const analysis::GrowthRow& sum) const;
};

}  // namespace heapscan::cli
