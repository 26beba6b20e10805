#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/growth/growth.h"
#include "cli/compare/growth_columns.h"
#include "cli/compare/series.h"
#include "cli/render/listing.h"

namespace heapscan::cli {

/// What rows are sorted by, largest first.
enum class GrowthOrder : std::uint8_t {
  kGrowth,   ///< Bytes from the first dump to the last.
  kSize,     ///< Bytes in the last dump.
  kObjects,  ///< Objects from the first dump to the last.
  kPercent,  ///< Bytes from the first dump to the last, as a share of the first.
  kStep,     ///< Bytes per step.
  kName,     ///< Alphabetically.
};

[[nodiscard]] const std::map<std::string, GrowthOrder>& growth_orders();

/// Which rows are shown, and in what order.
struct RowChoice {
  GrowthOrder order = GrowthOrder::kGrowth;
  std::vector<std::string> globs;  ///< Rows are shown if their keys match one; empty: all.
  std::size_t limit = 20;          ///< 0: all.

  [[nodiscard]] bool wants(const std::string& key) const;
};

/// The matching rows in order: if they exceed the limit, those that changed most.
[[nodiscard]] std::vector<analysis::GrowthRow> chosen_rows(
    const std::vector<analysis::GrowthRow>& rows, const RowChoice& choice);

/// A list of Growth, with its title and columns.
struct GrowthList {
  std::string title;
  GrowthColumns columns;
  const std::vector<analysis::GrowthRow>& rows;
};

/// The chosen rows, the sum of the others, and the total.
[[nodiscard]] Listing list_growth(const GrowthList& list,
                                  const analysis::GrowthRow& total,
                                  const RowChoice& choice);

/// How the objects of one process changed: the new ones and the freed ones by type, the new ones by
/// holder, and the survivors that hold them, with one row for those of one type at one place.
[[nodiscard]] Listing list_new_types(const ObjectChanges& changes, const RowChoice& choice);
[[nodiscard]] Listing list_gone_types(const ObjectChanges& changes, const RowChoice& choice);
[[nodiscard]] Listing list_new_holders(const ObjectChanges& changes, const RowChoice& choice);
[[nodiscard]] Listing list_owners(const ObjectChanges& changes, const RowChoice& choice);
/// For programs: a row for each of these survivors.
[[nodiscard]] Listing list_each_owner(const ObjectChanges& changes, const RowChoice& choice);

}  // namespace heapscan::cli
