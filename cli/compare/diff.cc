#include "cli/compare/diff.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/compare/diff_page.h"
#include "cli/compare/series.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/input/salvage.h"
#include "cli/render/json.h"
#include "cli/render/render.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan diff old.hsd new.hsd           what grew, and who holds what grew\n"
    "  heapscan diff 1.hsd 2.hsd 3.hsd 4.hsd   what grows from each dump to the next\n"
    "  heapscan diff old.hsd new.hsd --by new-type,survivor   the objects themselves\n"
    "  heapscan diff old.hsd new.hsd --by type --filter 'shop.*' --format csv -n 0\n"
    "\n"
    "A holder is a path from a root without addresses, positions and keys: it is the\n"
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

std::string table_words() {
  std::string words;
  for (const TableWord& table : kTables) {
    words += (words.empty() ? "" : ",") + std::string(table.word);
  }
  return words;
}

bool is_asked_for(const DiffCommand& command, const TableWord& table) {
  return std::find(command.tables.begin(), command.tables.end(), table.word) !=
         command.tables.end();
}

bool asks_for(const DiffCommand& command, DiffTable kind) {
  return std::any_of(kTables.begin(), kTables.end(), [&](const TableWord& table) {
    return table.kind == kind && is_asked_for(command, table);
  });
}

/// The tables to show: those that were asked for, or the usual ones that have something to say.
std::vector<DiffTable> tables_of(const DiffCommand& command, const Series& series) {
  std::vector<DiffTable> kinds;
  for (const TableWord& table : kTables) {
    const bool asked = is_asked_for(command, table);
    if (asked && table.needs_process && !series.objects) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("--by {}: the dumps are not of one process, so that their objects "
                              "cannot be compared: leave it out",
                              table.word));
    }
    const bool says_nothing = (table.needs_process && !series.objects) ||
                              (table.kind == DiffTable::kCycle && series.growth.by_cycle.empty());
    if (command.tables.empty() ? table.usual && !says_nothing : asked) {
      kinds.push_back(table.kind);
    }
  }
  return kinds;
}

CLI::Validator table_validator() {
  return CLI::Validator(
      [](const std::string& word) {
        const bool known =
            std::any_of(kTables.begin(), kTables.end(),
                        [&word](const TableWord& table) { return word == table.word; });
        return known ? std::string() : "'" + word + "' is not one of " + table_words();
      },
      "");
}

}  // namespace

Verb add_diff(CLI::App& app) {
  auto command = std::make_shared<DiffCommand>();
  CLI::App* sub = app.add_subcommand("diff", "What grew from dump to dump, and who holds it");
  sub->footer(kExamples);
  sub->add_option("OLD", command->old_dump, "The earliest dump")->required()->option_text(" ");
  sub->add_option("NEW", command->new_dumps, "Later dumps, in the order of time")
      ->required()
      ->option_text("...");
  sub->add_option("--by", command->tables,
                  "Tables to show, with commas between: holder,\n"
                  "type, cycle, suspect; for dumps of one process\n"
                  "new-holder, new-type, gone-type, survivor")
      ->option_text("WORDS")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(table_validator())
      ->group("Rows");
  add_choice(*sub, "--sort", command->rows.order, growth_orders(),
             "Order of the rows, most first (default growth)")
      ->group("Rows");
  sub->add_option("--filter", command->rows.globs, "Only rows whose name matches; may be repeated")
      ->option_text("GLOB")
      ->allow_extra_args(false)
      ->group("Rows");
  add_result_options(*sub, command->result,
                     {Format::kText, Format::kJson, Format::kCsv, Format::kMarkdown});
  add_limit_option(*sub, command->result.limit);
  add_salvage_option(*sub, command->damage);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const DiffCommand& given, const Console& console) {
  DiffCommand command = given;
  command.rows.limit = command.result.limit;
  const Messages messages(console, command.messages);
  if (command.result.format == Format::kCsv && command.tables.size() > 1) {
    throw Error(ErrorKind::kUsage, "--format csv: a CSV file has one table: give one word to --by");
  }
  Result result(console, command.result, command.messages.color);
  std::vector<std::string> paths = {command.old_dump};
  paths.insert(paths.end(), command.new_dumps.begin(), command.new_dumps.end());
  const Series series = load_series(
      paths,
      {.objects = true, .damage = command.damage, .held = asks_for(command, DiffTable::kSuspect)},
      messages);
  const bool is_json = command.result.format == Format::kJson;  // Which has all tables.
  const std::vector<DiffTable> tables =
      is_json ? std::vector<DiffTable>() : tables_of(command, series);
  const Page page = diff_page(series, tables, command.rows, command.result.format);
  render(result, page, [&] {
    Json head = json_document("diff");
    add_series(head, series);
    return head;
  });
  result.commit();
  return series.done();
}

}  // namespace heapscan::cli
