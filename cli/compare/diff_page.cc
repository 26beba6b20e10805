#include "cli/compare/diff_page.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/console/size_text.h"

namespace heapscan::cli {
namespace {

analysis::GrowthRow total_of(const std::vector<analysis::GrowthRow>& rows, std::size_t dumps) {
  analysis::GrowthRow total{"total", std::vector<analysis::Amount>(dumps)};
  for (const analysis::GrowthRow& row : rows) {
    for (std::size_t dump = 0; dump < dumps; ++dump) {
      total.amounts[dump].objects += row.amounts[dump].objects;
      total.amounts[dump].size += row.amounts[dump].size;
    }
  }
  return total;
}

/// The columns of a table of growth over this many dumps.
GrowthColumns columns_of(const char* key, const char* instances, std::size_t dumps, bool programs) {
  return {key, instances, dumps > 2, programs};
}

Listing listing_of(DiffTable table, const Series& series, const RowChoice& choice, bool programs) {
  const analysis::Growth& growth = series.growth;
  const std::size_t dumps = series.names.size();
  switch (table) {
    case DiffTable::kHolder:
      return list_growth(
          {"By holder", columns_of("holder", "instances", dumps, programs), growth.by_holder},
          growth.total, choice);
    case DiffTable::kType:
      return list_growth({"By type", columns_of("type", "", dumps, programs), growth.by_type},
                         growth.total, choice);
    case DiffTable::kCycle:
      return list_growth(
          {"Unreachable cycles", columns_of("cycle", "cycles", dumps, programs), growth.by_cycle},
          total_of(growth.by_cycle, dumps), choice);
    case DiffTable::kSuspect:
      // Only the first and the last dump have suspects, however long the series is.
      return list_growth(
          {"Leak suspects", columns_of("suspect", "", 2, programs), growth.by_suspect},
          total_of(growth.by_suspect, 2), choice);
    case DiffTable::kNewHolder:
      return list_new_holders(series.objects.value(), choice);
    case DiffTable::kNewType:
      return list_new_types(series.objects.value(), choice);
    case DiffTable::kGoneType:
      return list_gone_types(series.objects.value(), choice);
    case DiffTable::kSurvivor:
      break;
  }
  return list_owners(series.objects.value(), choice);
}

Phrase objects_phrase(const ObjectChanges& changes) {
  const analysis::Turnover& turnover = changes.turnover;
  return {fmt::format("{} survived, {} new (", count_text(turnover.survivors.objects),
                      count_text(turnover.fresh.objects)),
          Bytes{turnover.fresh.size},
          fmt::format("), {} freed (", count_text(turnover.freed.objects)),
          Bytes{turnover.freed.size}, ")"};
}

Phrase trend_phrase(const analysis::GrowthRow& row) {
  return {std::string(analysis::to_string(row.trend.course)) + ", ", SignedBytes{row.trend.slope},
          fmt::format(" per step, growing in {} of {} steps", row.trend.growing_steps,
                      row.amounts.size() - 1)};
}

Facts facts_of(const Series& series) {
  const analysis::GrowthRow& total = series.growth.total;
  Facts facts;
  facts.title = "Heap growth";
  facts.longest_name = std::string_view("objects").size();
  facts.facts = {{"heap", size_change(total)}, {"", {count_change_text(total)}}};
  if (series.names.size() > 2) {
    facts.facts.push_back({"trend", trend_phrase(total)});
  }
  for (Fact& fact : dump_facts(series)) {
    facts.facts.push_back(std::move(fact));
  }
  if (series.objects) {
    facts.facts.push_back({"objects", objects_phrase(*series.objects)});
  }
  for (const std::string& note : series.notes) {
    facts.facts.push_back({"note", {note}});
  }
  return facts;
}

Page page_for_people(const Series& series,
                     const std::vector<DiffTable>& tables,
                     const RowChoice& rows) {
  Page page;
  page.blocks.emplace_back(facts_of(series));
  for (const DiffTable table : tables) {
    page.blocks.emplace_back(listing_of(table, series, rows, false));
  }
  return page;
}

Page page_for_csv(const Series& series, DiffTable table, const RowChoice& rows) {
  Page page;
  Listing listing = listing_of(table, series, rows, true);
  listing.is_main = true;
  page.blocks.emplace_back(std::move(listing));
  return page;
}

void add_sum(Page& page, const std::string& key, const analysis::ObjectSum& sum) {
  page.fields.push_back({key + ".objects", sum.objects});
  page.fields.push_back({key + ".size", sum.size});
}

/// The changes of the objects of one process, for JSON.
void add_objects(Page& page, const ObjectChanges& changes, const RowChoice& choice) {
  const std::string key = "object_changes.";
  const auto add = [&](const char* list, Listing listing) {
    listing.key = key + list;
    page.blocks.emplace_back(std::move(listing));
  };
  add("new_types", list_new_types(changes, choice));
  add("gone_types", list_gone_types(changes, choice));
  add("new_holders", list_new_holders(changes, choice));
  add("keepers", list_each_owner(changes, choice));
  const analysis::Turnover& turnover = changes.turnover;
  add_sum(page, key + "survivors", turnover.survivors);
  add_sum(page, key + "new", turnover.fresh);
  add_sum(page, key + "gone", turnover.freed);
  add_sum(page, key + "held_by_no_survivor", turnover.unheld);
  page.fields.push_back({key + "reused_addresses", std::uint64_t{turnover.reused}});
  page.fields.push_back({key + "keeper_count", std::uint64_t{changes.owners.size()}});
}

Page page_for_json(const Series& series, const RowChoice& rows) {
  Page page;
  const auto add = [&](const char* key, DiffTable table) {
    Listing listing = listing_of(table, series, rows, true);
    listing.key = key;
    page.blocks.emplace_back(std::move(listing));
  };
  add("types", DiffTable::kType);
  add("holders", DiffTable::kHolder);
  add("cycles", DiffTable::kCycle);
  add("suspects", DiffTable::kSuspect);
  const analysis::Growth& growth = series.growth;
  page.fields = {{"type_count", std::uint64_t{growth.by_type.size()}},
                 {"holder_count", std::uint64_t{growth.by_holder.size()}},
                 {"cycle_count", std::uint64_t{growth.by_cycle.size()}}};
  if (series.objects) {
    add_objects(page, *series.objects, rows);
  }
  return page;
}

}  // namespace

Page diff_page(const Series& series,
               const std::vector<DiffTable>& tables,
               const RowChoice& rows,
               Format format) {
  switch (format) {
    case Format::kJson:
      return page_for_json(series, rows);
    case Format::kCsv:
      return page_for_csv(series, tables.front(), rows);
    default:
      return page_for_people(series, tables, rows);
  }
}

}  // namespace heapscan::cli
