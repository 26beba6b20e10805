#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/growth/growth.h"
#include "cli/render/listing.h"

/// The columns of what grew: the same in every table of diff and in the JSON of gate.
namespace heapscan::cli {

/// What rows of growth are about, and what of them is wanted.
struct GrowthColumns {
  std::string key;         ///< What a row is about: "type".
  std::string instances;   ///< The heading of the column of instances; empty: not for people.
  bool has_trend = false;  ///< For people: there are more than two dumps.
  bool for_programs = true;

  [[nodiscard]] std::vector<Listing::Column> columns() const;
  [[nodiscard]] Listing::Cells cells(const analysis::GrowthRow& row) const;
  /// For a sum, of which neither instances nor a trend mean anything.
  [[nodiscard]] Listing::Cells sum_cells(const analysis::GrowthRow& sum) const;
};

}  // namespace heapscan::cli
