#include "cli/compare/diff.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cli/compare/series.h"
#include "cli/console/messages.h"
#include "cli/console/printable.h"
#include "cli/console/result.h"
#include "cli/render/json.h"
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan diff old.hsd new.hsd           what grew, and what holds it\n"
    "  heapscan diff 1.hsd 2.hsd 3.hsd 4.hsd   what grows from each dump to the next\n"
    "  heapscan diff old.hsd new.hsd --by new-type,survivor   the objects themselves\n"
    "  heapscan diff old.hsd new.hsd --by type --filter 'shop.*' --format csv -n 0\n"
    "\n"
    "A holder is a path from a root without addresses, indexes and keys, so it is the\n"
    "same in dumps of different processes and builds.";

struct TableWord {
  const char* word;
  DiffTable kind;
  bool usual = false;          ///< Shown when none is asked for.
  bool needs_process = false;  ///< Only for dumps of one process.
};

constexpr std::array<TableWord, 8> kTables = {{{"holder", DiffTable::kHolder, true},
                                               {"type", DiffTable::kType, true},
                                               {"cycle", DiffTable::kCycle, true},
                                               {"suspect", DiffTable::kSuspect},
                                               {"new-holder", DiffTable::kNewHolder, false, true},
                                               {"new-type", DiffTable::kNewType, false, true},
                                               {"gone-type", DiffTable::kGoneType, false, true},
                                               {"survivor", DiffTable::kSurvivor, true, true}}};

std::vector<std::string> table_words() {
  std::vector<std::string> words;
  words.reserve(kTables.size());
  for (const TableWord& table : kTables) {
    words.emplace_back(table.word);
  }
  return words;
}

bool asks_for(const DiffRequest& request, DiffTable kind) {
  return std::find(request.tables.begin(), request.tables.end(), kind) != request.tables.end();
}

/// The tables to show: those that were asked for, or the usual ones of which something can be said.
std::vector<DiffTable> tables_of(const DiffRequest& request, const Series& series) {
  std::vector<DiffTable> kinds;
  for (const TableWord& table : kTables) {
    const bool asked = asks_for(request, table.kind);
    if (asked && table.needs_process && !series.objects) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("--by {}: the dumps are not of one process, so that their objects "
                              "cannot be compared: leave it out",
                              table.word));
    }
    const bool says_nothing = (table.needs_process && !series.objects) ||
                              (table.kind == DiffTable::kCycle && series.growth.by_cycle.empty());
    if (request.tables.empty() ? table.usual && !says_nothing : asked) {
      kinds.push_back(table.kind);
    }
  }
  return kinds;
}

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

Listing listing_of(DiffTable kind, const Series& series, const RowChoice& choice) {
  const analysis::Growth& growth = series.growth;
  const std::size_t dumps = series.names.size();
  switch (kind) {
    case DiffTable::kHolder:
      return list_growth({"By holder", "holder", "instances", growth.by_holder}, growth.total,
                         choice, dumps);
    case DiffTable::kType:
      return list_growth({"By type", "type", "", growth.by_type}, growth.total, choice, dumps);
    case DiffTable::kCycle:
      return list_growth({"Unreachable cycles", "cycle", "cycles", growth.by_cycle},
                         total_of(growth.by_cycle, dumps), choice, dumps);
    case DiffTable::kSuspect:
      // Those of the first dump and the last: two, however long the series is.
      return list_growth({"Suspects", "suspect", "", growth.by_suspect},
                         total_of(growth.by_suspect, 2), choice, 2);
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

std::string objects_text(const ObjectChanges& changes, SizeUnit unit) {
  const analysis::Turnover& turnover = changes.turnover;
  return fmt::format("{} survived, {} new ({}), {} gone ({})",
                     count_text(turnover.survivors.objects), count_text(turnover.fresh.objects),
                     size_text(turnover.fresh.size, unit), count_text(turnover.gone.objects),
                     size_text(turnover.gone.size, unit));
}

std::string trend_text(const analysis::GrowthRow& row, SizeUnit unit) {
  return fmt::format("{}, {} per step, in {} of {} steps", analysis::to_string(row.trend.course),
                     signed_size_text(row.trend.slope, unit), row.trend.growing_steps,
                     row.amounts.size() - 1);
}

void print_text(std::ostream& out,
                const DiffRequest& request,
                const Series& series,
                const TextStyle& style) {
  const analysis::GrowthRow& total = series.growth.total;
  out << style.paint.heading("Growth") << '\n';
  out << "  heap     " << size_change_text(total, style.unit) << '\n';
  out << "           " << count_change_text(total) << '\n';
  if (series.names.size() > 2) {
    out << "  course   " << trend_text(total, style.unit) << '\n';
  }
  print_dumps(out, series);
  if (series.objects) {
    out << "  objects  " << objects_text(*series.objects, style.unit) << '\n';
  }
  for (const std::string& note : series.notes) {
    out << "  note     " << printable(note) << '\n';
  }
  for (const DiffTable kind : tables_of(request, series)) {
    listing_of(kind, series, request.rows).print_text(out, style);
  }
}

void print_markdown(std::ostream& out,
                    const DiffRequest& request,
                    const Series& series,
                    SizeUnit unit) {
  const analysis::GrowthRow& total = series.growth.total;
  out << "## Heap growth\n\n";
  const auto line = [&out](const std::string& text) { out << "- " << markdown_text(text) << '\n'; };
  line("heap: " + size_change_text(total, unit));
  line(count_change_text(total));
  if (series.names.size() > 2) {
    line("course: " + trend_text(total, unit));
  }
  for (const std::string& name : series.names) {
    line("dump: " + name);
  }
  if (series.objects) {
    line("objects: " + objects_text(*series.objects, unit));
  }
  for (const std::string& note : series.notes) {
    line("note: " + note);
  }
  for (const DiffTable kind : tables_of(request, series)) {
    listing_of(kind, series, request.rows).print_markdown(out, unit);
  }
}

Json json_rows(const std::vector<analysis::GrowthRow>& rows,
               const char* key,
               const RowChoice& choice) {
  Json shown = Json::array();
  for (const analysis::GrowthRow& row : chosen_rows(rows, choice)) {
    shown.push_back(json_growth_row(row, key));
  }
  return shown;
}

Json json_rows(const std::vector<analysis::Turnover::Row>& rows,
               const char* key,
               const RowChoice& choice) {
  Json shown = Json::array();
  for (const analysis::Turnover::Row& row : rows) {
    if (choice.limit != 0 && shown.size() == choice.limit) {
      break;
    }
    if (choice.wants(row.key)) {
      shown.push_back({{key, json_text(row.key)},
                       {"objects", row.sum.objects},
                       {"size", row.sum.size},
                       {"instances", row.instances}});
    }
  }
  return shown;
}

Json json_sum(const analysis::ObjectSum& sum) {
  return {{"objects", sum.objects}, {"size", sum.size}};
}

Json json_objects(const ObjectChanges& changes, const RowChoice& choice) {
  const analysis::Turnover& turnover = changes.turnover;
  Json owners = Json::array();
  for (const OwnerRow& owner : changes.owners) {
    if (choice.limit != 0 && owners.size() == choice.limit) {
      break;
    }
    if (choice.wants(owner.path)) {
      owners.push_back({{"object", json_text(owner.object)},
                        {"address", json_address(owner.address)},
                        {"path", json_text(owner.path)},
                        {"signature", json_text(owner.signature)},
                        {"objects", owner.sum.objects},
                        {"size", owner.sum.size},
                        {"directly", owner.directly}});
    }
  }
  return {{"survivors", json_sum(turnover.survivors)},
          {"new", json_sum(turnover.fresh)},
          {"gone", json_sum(turnover.gone)},
          {"reused_addresses", turnover.reused},
          {"new_types", json_rows(turnover.fresh_by_type, "type", choice)},
          {"gone_types", json_rows(turnover.gone_by_type, "type", choice)},
          {"new_holders", json_rows(turnover.fresh_by_holder, "holder", choice)},
          {"keepers", owners},
          {"keeper_count", changes.owners.size()},
          {"held_by_no_survivor", json_sum(turnover.unheld)}};
}

Json to_json(const Series& series, const RowChoice& choice) {
  const analysis::Growth& growth = series.growth;
  Json document = json_document("diff");
  add_series(document, series);
  document["types"] = json_rows(growth.by_type, "type", choice);
  document["type_count"] = growth.by_type.size();
  document["holders"] = json_rows(growth.by_holder, "holder", choice);
  document["holder_count"] = growth.by_holder.size();
  document["cycles"] = json_rows(growth.by_cycle, "cycle", choice);
  document["cycle_count"] = growth.by_cycle.size();
  document["suspects"] = json_rows(growth.by_suspect, "suspect", choice);
  if (series.objects) {
    document["object_changes"] = json_objects(*series.objects, choice);
  }
  return document;
}

void print_csv(std::ostream& out, const DiffRequest& request, const Series& series) {
  // A CSV file is one table.
  listing_of(tables_of(request, series).front(), series, request.rows).print_csv(out);
}

std::vector<Option> row_options(DiffRequest& request) {
  const Choice tables = {table_words(), [&request](std::size_t index) {
                           request.tables.push_back(kTables.at(index).kind);
                         }};
  return {{.names = "--by",
           .value = "WORDS",
           .help = "Tables to show, separated by commas: holder,\n"
                   "type, cycle, suspect; for dumps of one process\n"
                   "new-holder, new-type, gone-type, survivor",
           .target = tables,
           .group = "Rows",
           .repeatable = true,
           .separator = ','},
          {.names = "--sort",
           .help = "Order of the rows, largest first (default growth)",
           .target = one_of(request.rows.order, growth_orders()),
           .group = "Rows"},
          {.names = "--filter",
           .value = "GLOB",
           .help = "Only rows whose name matches; may be repeated",
           .target = each_text(request.rows.globs),
           .group = "Rows",
           .repeatable = true}};
}

/// Throws Error(kUsage) when the options make no sense together.
DiffRequest validated(DiffRequest request) {
  if (request.result.format == Format::kCsv && request.tables.size() > 1) {
    throw Error(ErrorKind::kUsage, "--format csv: a CSV file has one table: give one word to --by");
  }
  request.rows.limit = request.result.limit;
  return request;
}

}  // namespace

Verb diff_verb() {
  const auto request = std::make_shared<DiffRequest>();
  return {
      .name = "diff",
      .summary = "What grew from dump to dump, and what holds it",
      .examples = kExamples,
      .arguments = {{.name = "OLD",
                     .help = "The earliest dump",
                     .take = each_text(request->dumps),
                     .required = true},
                    {.name = "NEW",
                     .help = "Later dumps, earliest first",
                     .take = each_text(request->dumps),
                     .required = true,
                     .repeatable = true}},
      .options = concatenated({row_options(*request),
                               result_options(request->result, {Format::kText, Format::kJson,
                                                                Format::kCsv, Format::kMarkdown}),
                               {limit_option(request->result.limit)},
                               message_options(request->messages)}),
      .run = [request](const Console& console) { return run(validated(*request), console); }};
}

ExitCode run(const DiffRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  Result result(console, request.result, request.messages.color);
  const Series series = load_series(
      request.dumps, {.objects = true, .held = asks_for(request, DiffTable::kSuspect)}, messages);
  std::ostream& out = result.stream();
  switch (request.result.format) {
    case Format::kJson:
      print_json(out, to_json(series, request.rows));
      break;
    case Format::kCsv:
      print_csv(out, request, series);
      break;
    case Format::kMarkdown:
      print_markdown(out, request, series, request.result.unit());
      break;
    default:
      print_text(out, request, series, result.style());
      break;
  }
  result.commit();
  return series.done();
}

}  // namespace heapscan::cli
