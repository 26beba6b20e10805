#include "cli/compare/growth_listing.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "analysis/text/glob.h"
#include "cli/console/size_text.h"

namespace heapscan::cli {
namespace {

using analysis::GrowthRow;
using analysis::ObjectSum;
using Kind = Listing::Kind;

double share_of_growth(const GrowthRow& row) {
  if (row.first().size == 0) {
    return row.last().size == 0 ? 0 : std::numeric_limits<double>::infinity();
  }
  return static_cast<double>(row.size_growth()) / static_cast<double>(row.first().size);
}

/// What decides whether a row is shown, and its place.
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

/// Subtracts `row` from `sum`.
void take_from(GrowthRow& sum, const GrowthRow& row) {
  for (std::size_t dump = 0; dump < sum.amounts.size(); ++dump) {
    sum.amounts[dump].objects -= row.amounts[dump].objects;
    sum.amounts[dump].size -= row.amounts[dump].size;
  }
}

/// One row of a table of objects: their sum, and the strings after it.
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
    Listing::Cells cells = {sum.size, std::monostate(), sum.objects};
    cells.resize(3 + rows.front().texts.size());
    cells.back() = text;
    listing.add_summary(std::move(cells));
  };
  for (const ObjectRow& row : rows) {
    total.objects += row.sum.objects;
    total.size += row.sum.size;
    if (choice.wants(row.texts.back()) && (choice.limit == 0 || shown < choice.limit)) {
      ++shown;
      Listing::Cells cells = {row.sum.size, row.instances, row.sum.objects};
      cells.insert(cells.end(), row.texts.begin(), row.texts.end());
      listing.add(std::move(cells));
    } else {
      ++hidden;
      others.objects += row.sum.objects;
      others.size += row.sum.size;
    }
  }
  if (shown == 0) {
    return;
  }
  if (unlisted.objects != 0 && hidden == 0) {
    summary(unlisted, "[not held by a survivor]");
  } else if (hidden != 0) {
    summary(others, others_text(hidden) +
                        (unlisted.objects == 0 ? "" : " and those not held by a survivor"));
  }
  summary(total, "total");
}

Listing list_rows(const std::string& title,
                  const char* key,
                  const char* instances,
                  const std::vector<analysis::Turnover::Row>& rows,
                  const RowChoice& choice) {
  Listing listing;
  listing.title = title;
  listing.columns = {{Kind::kSize, "size", "size"},
                     {Kind::kCount, instances, "instances", false, *instances == 0},
                     {Kind::kCount, "objects", "objects"},
                     {Kind::kText, key, key, true}};
  std::vector<ObjectRow> shown;
  shown.reserve(rows.size());
  for (const analysis::Turnover::Row& row : rows) {
    shown.push_back({row.sum, row.instances, {row.key}});
  }
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
  } else if (choice.order != GrowthOrder::kGrowth) {  // The given order.
    std::stable_sort(chosen.begin(), chosen.end(), [&](const GrowthRow& a, const GrowthRow& b) {
      return weight(a, choice.order) > weight(b, choice.order);
    });
  }
  if (choice.limit == 0 || chosen.size() <= choice.limit) {
    return chosen;
  }
  // Large shrinkage matters as much as large growth; the order of the rows is kept.
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

Listing list_growth(const GrowthList& list, const GrowthRow& total, const RowChoice& choice) {
  Listing listing;
  listing.title = list.title;
  listing.columns = list.columns.columns();
  listing.empty_text = list.rows.empty() ? "nothing changed" : "nothing that matches changed";
  GrowthRow others{"", std::vector<analysis::Amount>(total.amounts.size())};
  for (const GrowthRow& row : list.rows) {
    add_to(others, row);
  }
  const std::vector<GrowthRow> chosen = chosen_rows(list.rows, choice);
  for (const GrowthRow& row : chosen) {
    take_from(others, row);
    listing.add(list.columns.cells(row));
  }
  if (chosen.empty()) {
    return listing;
  }
  if (chosen.size() < list.rows.size()) {
    others.key = others_text(list.rows.size() - chosen.size());
    listing.add_summary(list.columns.sum_cells(others));
  }
  listing.add_summary(list.columns.sum_cells(total));
  return listing;
}

Listing list_new_types(const ObjectChanges& changes, const RowChoice& choice) {
  return list_rows("New objects by type", "type", "", changes.turnover.fresh_by_type, choice);
}

Listing list_gone_types(const ObjectChanges& changes, const RowChoice& choice) {
  return list_rows("Freed objects by type", "type", "", changes.turnover.freed_by_type, choice);
}

Listing list_new_holders(const ObjectChanges& changes, const RowChoice& choice) {
  return list_rows("New objects by holder", "holder", "instances", changes.turnover.fresh_by_holder,
                   choice);
}

Listing list_owners(const ObjectChanges& changes, const RowChoice& choice) {
  Listing listing;
  listing.title = "Survivors that hold new objects";
  listing.columns = {{Kind::kSize, "size", "size"},
                     {Kind::kCount, "directly", "directly"},
                     {Kind::kCount, "objects", "objects"},
                     {Kind::kText, "survivor", "survivor", true},
                     {Kind::kText, "path", "path", true}};
  add_rows(listing, owner_rows(changes.owners), choice, changes.turnover.unheld);
  return listing;
}

Listing list_each_owner(const ObjectChanges& changes, const RowChoice& choice) {
  Listing listing;
  listing.columns = {{Kind::kText, "", "object"},   {Kind::kText, "", "address"},
                     {Kind::kText, "", "path"},     {Kind::kText, "", "signature"},
                     {Kind::kCount, "", "objects"}, {Kind::kSize, "", "size"},
                     {Kind::kCount, "", "directly"}};
  for (const OwnerRow& owner : changes.owners) {
    if (choice.limit != 0 && listing.rows.size() == choice.limit) {
      break;
    }
    if (choice.wants(owner.path)) {
      listing.add({owner.object, analysis::address_text(owner.address), owner.path, owner.signature,
                   owner.sum.objects, owner.sum.size, owner.directly});
    }
  }
  return listing;
}

}  // namespace heapscan::cli
