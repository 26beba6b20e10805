#include "cli/compare/growth_listing.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/text/glob.h"

namespace heapscan::cli {
namespace {

using analysis::GrowthRow;
using analysis::ObjectSum;
using Kind = Listing::Kind;
using Cell = Listing::Cell;

double share_of_growth(const GrowthRow& row) {
  if (row.first().size == 0) {
    return row.last().size == 0 ? 0 : std::numeric_limits<double>::infinity();
  }
  return static_cast<double>(row.size_growth()) / static_cast<double>(row.first().size);
}

/// How much a row is worth showing, and then where it stands.
double weight(const GrowthRow& row, GrowthOrder order) {
  switch (order) {
    case GrowthOrder::kSize:
      return static_cast<double>(row.last().size);
    case GrowthOrder::kObjects:
      return static_cast<double>(row.object_growth());
    case GrowthOrder::kPercent:
      return share_of_growth(row);
    case GrowthOrder::kStep:
      return static_cast<double>(row.trend.slope);
    case GrowthOrder::kGrowth:
    case GrowthOrder::kName:
      break;
  }
  return static_cast<double>(row.size_growth());
}

void add_to(GrowthRow& sum, const GrowthRow& row) {
  for (std::size_t dump = 0; dump < sum.amounts.size(); ++dump) {
    sum.amounts[dump].objects += row.amounts[dump].objects;
    sum.amounts[dump].size += row.amounts[dump].size;
  }
}

/// `sum` less what `row` has.
void take_from(GrowthRow& sum, const GrowthRow& row) {
  for (std::size_t dump = 0; dump < sum.amounts.size(); ++dump) {
    sum.amounts[dump].objects -= row.amounts[dump].objects;
    sum.amounts[dump].size -= row.amounts[dump].size;
  }
}

/// For sums, instances would mean nothing, and neither would a trend.
Listing::Row cells(const GrowthRow& row, bool is_sum) {
  Listing::Row cells = {row.size_growth(),
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
  if (is_sum) {
    for (const std::size_t meaningless : {4U, 8U, 9U}) {
      cells[meaningless] = std::monostate();
    }
  }
  return cells;
}

std::vector<Listing::Column> columns_of(const GrowthList& list, std::size_t dumps) {
  const bool trend = dumps > 2;
  return {{Kind::kSignedSize, "growth", "size_growth"},
          {Kind::kText, "percent", ""},
          {Kind::kSize, "now", "new_size"},
          {Kind::kSize, "", "old_size"},
          {Kind::kSignedCount, list.instances, "instance_growth"},
          {Kind::kSignedCount, "objects", "object_growth"},
          {Kind::kCount, "", "old_objects"},
          {Kind::kCount, "", "new_objects"},
          {Kind::kSignedSize, trend ? "per step" : "", "size_per_step"},
          {Kind::kText, trend ? "course" : "", "course", true},
          {Kind::kText, list.key, list.key, true}};
}

std::string others_text(std::size_t count) {
  return fmt::format("[{}]", counted(count, "other"));
}

/// One row of a table about objects, and what it says behind its sum.
struct ObjectRow {
  ObjectSum sum;
  std::uint64_t instances = 0;
  std::vector<std::string> texts;
};

/// Adds the rows that `choice` wants, up to its limit, and sums for the rest and for all.
void add_rows(Listing& listing,
              const std::vector<ObjectRow>& rows,
              const RowChoice& choice,
              const ObjectSum& unlisted) {
  ObjectSum others = unlisted;
  ObjectSum total = unlisted;
  std::size_t shown = 0;
  std::size_t hidden = 0;
  const auto summary = [&](const ObjectSum& sum, const std::string& text) {
    Listing::Row cells = {sum.size, std::monostate(), sum.objects};
    cells.resize(3 + rows.front().texts.size());
    cells.back() = text;
    listing.add_summary(std::move(cells));
  };
  for (const ObjectRow& row : rows) {
    total.objects += row.sum.objects;
    total.size += row.sum.size;
    if (choice.wants(row.texts.back()) && (choice.limit == 0 || shown < choice.limit)) {
      ++shown;
      Listing::Row cells = {row.sum.size, row.instances, row.sum.objects};
      cells.insert(cells.end(), row.texts.begin(), row.texts.end());
      listing.add(std::move(cells));
    } else {
      ++hidden;
      others.objects += row.sum.objects;
      others.size += row.sum.size;
    }
  }
  if (rows.empty()) {
    return;
  }
  if (unlisted.objects != 0 && hidden == 0) {
    summary(unlisted, "[held by no survivor]");
  } else if (hidden != 0) {
    summary(others,
            others_text(hidden) + (unlisted.objects == 0 ? "" : " and held by no survivor"));
  }
  summary(total, "total");
}

Listing list_rows(const std::string& title,
                  const char* key,
                  const char* instances,
                  const std::vector<analysis::Turnover::Row>& rows,
                  const RowChoice& choice) {
  Listing listing(title, {{Kind::kSize, "size", "size"},
                          {Kind::kCount, instances, *instances == 0 ? "" : "instances"},
                          {Kind::kCount, "objects", "objects"},
                          {Kind::kText, key, key, true}});
  std::vector<ObjectRow> shown;
  shown.reserve(rows.size());
  for (const analysis::Turnover::Row& row : rows) {
    shown.push_back({row.sum, row.instances, {row.key}});
  }
  listing.set_empty_text("none");
  add_rows(listing, shown, choice, {});
  return listing;
}

/// A row for the survivors of one type at one place: ten thousand sessions that hold a new object
/// each are one finding.
std::vector<ObjectRow> owner_rows(const std::vector<OwnerRow>& owners) {
  struct Group {
    ObjectSum sum;
    std::uint64_t directly = 0;
    std::uint64_t survivors = 0;
    const OwnerRow* first = nullptr;
  };

  const auto type_of = [](const OwnerRow& owner) {
    return owner.object.substr(0, owner.object.rfind(' '));
  };
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const OwnerRow& owner : owners) {
    Group& group = groups[{type_of(owner), owner.signature}];
    group.sum.objects += owner.sum.objects;
    group.sum.size += owner.sum.size;
    group.directly += owner.directly;
    group.first = group.survivors++ == 0 ? &owner : group.first;
  }
  std::vector<ObjectRow> rows;
  for (const auto& [place, group] : groups) {
    const bool one = group.survivors == 1;
    rows.push_back({group.sum,
                    group.directly,
                    {one ? group.first->object : count_text(group.survivors) + " " + place.first,
                     one ? group.first->path : place.second}});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const ObjectRow& a, const ObjectRow& b) {
    return std::tie(b.sum.size, b.sum.objects) < std::tie(a.sum.size, a.sum.objects);
  });
  return rows;
}

}  // namespace

const std::map<std::string, GrowthOrder>& growth_orders() {
  static const std::map<std::string, GrowthOrder> words = {
      {"growth", GrowthOrder::kGrowth},   {"size", GrowthOrder::kSize},
      {"objects", GrowthOrder::kObjects}, {"percent", GrowthOrder::kPercent},
      {"step", GrowthOrder::kStep},       {"name", GrowthOrder::kName}};
  return words;
}

bool RowChoice::wants(const std::string& key) const {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&key](const std::string& glob) {
           return analysis::glob_matches(glob, key);
         });
}

std::vector<GrowthRow> chosen_rows(const std::vector<GrowthRow>& rows, const RowChoice& choice) {
  std::vector<GrowthRow> chosen;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(chosen),
               [&choice](const GrowthRow& row) { return choice.wants(row.key); });
  if (choice.order == GrowthOrder::kName) {
    std::sort(chosen.begin(), chosen.end(),
              [](const GrowthRow& a, const GrowthRow& b) { return a.key < b.key; });
  } else if (choice.order != GrowthOrder::kGrowth) {  // As which they come.
    std::stable_sort(chosen.begin(), chosen.end(), [&](const GrowthRow& a, const GrowthRow& b) {
      return weight(a, choice.order) > weight(b, choice.order);
    });
  }
  if (choice.limit == 0 || chosen.size() <= choice.limit) {
    return chosen;
  }
  // What shrank much is worth as much as what grew much; the order of the rows stays.
  std::vector<std::size_t> indexes(chosen.size());
  std::iota(indexes.begin(), indexes.end(), std::size_t{0});
  std::stable_sort(indexes.begin(), indexes.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(weight(chosen[a], choice.order)) > std::abs(weight(chosen[b], choice.order));
  });
  indexes.resize(choice.limit);
  std::sort(indexes.begin(), indexes.end());
  std::vector<GrowthRow> most;
  most.reserve(indexes.size());
  for (const std::size_t index : indexes) {
    most.push_back(std::move(chosen[index]));
  }
  return most;
}

Listing list_growth(const GrowthList& list,
                    const GrowthRow& total,
                    const RowChoice& choice,
                    std::size_t dumps) {
  Listing listing(list.title, columns_of(list, dumps));
  listing.set_empty_text(list.rows.empty() ? "nothing changed" : "nothing that matches changed");
  GrowthRow others{"", std::vector<analysis::Amount>(dumps)};
  for (const GrowthRow& row : list.rows) {
    add_to(others, row);
  }
  const std::vector<GrowthRow> chosen = chosen_rows(list.rows, choice);
  for (const GrowthRow& row : chosen) {
    take_from(others, row);
    listing.add(cells(row, false));
  }
  if (chosen.size() < list.rows.size()) {
    others.key = others_text(list.rows.size() - chosen.size());
    listing.add_summary(cells(others, true));
  }
  listing.add_summary(cells(total, true));
  return listing;
}

Listing list_new_types(const ObjectChanges& changes, const RowChoice& choice) {
  return list_rows("New objects by type", "type", "", changes.turnover.fresh_by_type, choice);
}

Listing list_gone_types(const ObjectChanges& changes, const RowChoice& choice) {
  return list_rows("Gone objects by type", "type", "", changes.turnover.gone_by_type, choice);
}

Listing list_new_holders(const ObjectChanges& changes, const RowChoice& choice) {
  return list_rows("New objects by holder", "holder", "instances", changes.turnover.fresh_by_holder,
                   choice);
}

Listing list_owners(const ObjectChanges& changes, const RowChoice& choice) {
  Listing listing("Survivors that hold new objects", {{Kind::kSize, "size", "size"},
                                                      {Kind::kCount, "directly", "directly"},
                                                      {Kind::kCount, "objects", "objects"},
                                                      {Kind::kText, "survivor", "survivor", true},
                                                      {Kind::kText, "path", "path", true}});
  const std::vector<ObjectRow> rows = owner_rows(changes.owners);
  listing.set_empty_text("none");
  add_rows(listing, rows, choice, changes.turnover.unheld);
  return listing;
}

}  // namespace heapscan::cli
