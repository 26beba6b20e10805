#include "cli/compare/growth_columns.h"

#include <utility>

#include "cli/console/size_text.h"

namespace heapscan::cli {
namespace {

using analysis::Amount;
using analysis::GrowthRow;
using Kind = Listing::Kind;

constexpr std::size_t kInstances = 4;
constexpr std::size_t kSlope = 8;
constexpr std::size_t kCourse = 9;

/// One number for each dump.
Listing::Cell of_each_dump(const GrowthRow& row, std::uint64_t Amount::*number) {
  Listing values;
  values.columns = {{Kind::kCount, "", std::string(Listing::kBareValue)}};
  for (const Amount& amount : row.amounts) {
    values.add({amount.*number});
  }
  return nested(std::move(values));
}

}  // namespace

std::vector<Listing::Column> GrowthColumns::columns() const {
  std::vector<Listing::Column> columns = {
      {Kind::kSignedSize, "growth", "size_growth"},
      {Kind::kText, "percent", ""},
      {Kind::kSize, "now", "new_size"},
      {Kind::kSize, "", "old_size"},
      {Kind::kSignedCount, instances, "instance_growth"},
      {Kind::kSignedCount, "objects", "object_growth"},
      {Kind::kCount, "", "old_objects"},
      {Kind::kCount, "", "new_objects"},
      {Kind::kSignedSize, has_trend ? "per step" : "", "size_per_step"},
      {Kind::kText, has_trend ? "trend" : "", "course", true},
      {Kind::kText, key, key, true}};
  if (for_programs) {
    columns.insert(columns.end(), {{Kind::kCount, "", "old_instances", false, true},
                                   {Kind::kCount, "", "new_instances", false, true},
                                   {Kind::kSignedSize, "", "least_step", false, true},
                                   {Kind::kCount, "", "growing_steps", false, true},
                                   {Kind::kNested, "", "sizes"},
                                   {Kind::kNested, "", "objects"}});
  }
  return columns;
}

Listing::Cells GrowthColumns::cells(const GrowthRow& row) const {
  Listing::Cells cells = {row.size_growth(),
                          growth_text(row.first().size, row.last().size),
                          row.last().size,
                          row.first().size,
                          row.instance_growth(),
                          row.object_growth(),
                          row.first().objects,
                          row.last().objects,
                          row.trend.slope,
                          std::string(analysis::to_string(row.trend.course)),
                          row.key};
  if (for_programs) {
    cells.insert(cells.end(),
                 {row.first().instances, row.last().instances, row.trend.least_step,
                  std::uint64_t{row.trend.growing_steps}, of_each_dump(row, &Amount::size),
                  of_each_dump(row, &Amount::objects)});
  }
  return cells;
}

Listing::Cells GrowthColumns::sum_cells(const GrowthRow& sum) const {
  Listing::Cells cells = this->cells(sum);
  for (const std::size_t meaningless : {kInstances, kSlope, kCourse}) {
    cells[meaningless] = std::monostate();
  }
  return cells;
}

}  // namespace heapscan::cli
