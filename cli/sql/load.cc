#include "cli/sql/load.h"

#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "analysis/store/load.h"
#include "cli/console/interrupt.h"
#include "cli/console/messages.h"
#include "cli/console/size_text.h"
#include "cli/input/dump_argument.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "dump/system/mapped_file.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan load old.hsd new.hsd -o heap.db\n"
    "  heapscan inspect heap.db:1\n"
    "  sqlite3 heap.db \"SELECT * FROM histogram ORDER BY size DESC LIMIT 20\"\n"
    "  sqlite3 heap.db \"SELECT * FROM growth ORDER BY size_growth DESC LIMIT 20\"\n"
    "\n"
    "Each dump is added whole or not at all. The tables are described in\n"
    "heapscan-load(1).";

/// A line of progress for each tenth, not for each call.
class TenthsReporter {
 public:
  TenthsReporter(const Messages& messages, std::string what)
      : messages_(messages), what_(std::move(what)) {}

  void report(std::uint64_t done, std::uint64_t total) {
    const std::uint64_t tenth = total == 0 ? 0 : done * 10 / total;
    if (tenth > last_) {
      last_ = tenth;
      messages_.progress(fmt::format("{}: {}%", what_, tenth * 10));
    }
  }

 private:
  const Messages& messages_;
  std::string what_;
  std::uint64_t last_ = 0;
};

}  // namespace

Verb add_load(CLI::App& app) {
  auto command = std::make_shared<LoadCommand>();
  CLI::App* sub = app.add_subcommand("load", "Add dumps to an SQLite database");
  sub->footer(kExamples);
  sub->add_option("DUMP", command->dumps, "The dumps")->required()->option_text(" ");
  sub->add_option("-o,--output", command->database, "The database; made when it does not exist")
      ->required()
      ->option_text("FILE")
      ->envname("HEAPSCAN_DATABASE")
      ->group("Output");
  sub->add_flag("--no-references", command->no_references, "Leave out references: a small database")
      ->group("Output");
  sub->add_flag("--again", command->again, "Also load a dump that the database has already")
      ->group("Output");
  add_salvage_option(*sub, command->damage);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const LoadCommand& command, const Console& console) {
  const Messages messages(console, command.messages);
  ExitCode code = ExitCode::kDone;
  for (const std::string& path : command.dumps) {
    const auto begin = std::chrono::steady_clock::now();
    const dump::Heap heap = open_heap(path, messages, command.damage);
    messages.progress("loading " + path);
    const DumpFile file(dump_argument(path));
    const dump::MappedFile bytes(file.path());
    TenthsReporter reporter(messages, "loading " + path);
    InterruptHandler on_interrupt([] {});
    const std::int64_t id =
        analysis::store::load({.heap = heap,
                               .source = path,
                               .file = bytes.bytes(),
                               .references = !command.no_references,
                               .again = command.again},
                              command.database, [&](std::uint64_t done, std::uint64_t total) {
                                reporter.report(done, total);
                                return !on_interrupt.interrupted();
                              });
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    messages.say(fmt::format("{}: dump {} is {}: {}, {}; {:.1f} s", command.database, id, path,
                             counted(heap.object_count(), "object"),
                             counted(heap.reference_count(), "reference"), elapsed.count()));
    if (code == ExitCode::kDone) {
      code = done_with(heap);
    }
  }
  return code;
}

}  // namespace heapscan::cli
