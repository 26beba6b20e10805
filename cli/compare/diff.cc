#include "cli/compare/diff.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/compare/series.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/input/salvage.h"
#include "cli/render/json.h"
#include "cli/render/render.h"
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
  bool usual = false;          ///< Shown by default.
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

/// The tables to show: those that were requested, or the usual ones that have something to say.
std::vector<DiffTable> tables_of(const DiffRequest& request, const Series& series) {
  std::vector<DiffTable> kinds;
  for (const TableWord& table : kTables) {
    const bool asked = asks_for(request, table.kind);
    if (asked && table.needs_process && !series.objects) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("--by {} requires dumps of one process", table.word));
    }
    const bool says_nothing = (table.needs_process && !series.objects) ||
                              (table.kind == DiffTable::kCycle && series.growth.by_cycle.empty());
    if (request.tables.empty() ? table.usual && !says_nothing : asked) {
      kinds.push_back(table.kind);
    }
  }
  return kinds;
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

/// Throws Error(kUsage) if the options make no sense together.
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
  return {.name = "diff",
          .summary = "Show what grew between dumps, and what holds it",
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
          .options =
              concatenated({row_options(*request),
                            result_options(request->result, {Format::kText, Format::kJson,
                                                             Format::kCsv, Format::kMarkdown}),
                            {limit_option(request->result.limit), salvage_option(request->salvage)},
                            message_options(request->messages)}),
          .run = [request](const Console& console) { return run(validated(*request), console); }};
}

ExitCode run(const DiffRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  Result result(console, request.result, request.messages.color);
  const Series series = load_series(request.dumps,
                                    {.objects = true,
                                     .damage = damage_of(request.salvage),
                                     .held = asks_for(request, DiffTable::kSuspect)},
                                    messages);
  const bool is_json = request.result.format == Format::kJson;  // JSON has all tables.
  const std::vector<DiffTable> tables =
      is_json ? std::vector<DiffTable>() : tables_of(request, series);
  const Page page = diff_page(series, tables, request.rows, request.result.format);
  render(result, page, [&] {
    Json head = json_document("diff");
    add_series(head, series);
    return head;
  });
  result.commit();
  return series.done();
}

}  // namespace heapscan::cli
