#include "cli/sql/load.h"

#include <chrono>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "analysis/store/load.h"
#include "cli/console/interrupt.h"
#include "cli/console/messages.h"
#include "cli/console/size_text.h"
#include "cli/input/dump_argument.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
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
    "Each dump is added completely or not at all. heapscan-load(1) describes the\n"
    "tables.";

/// One line of progress for each 10 %, not for each call.
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

std::vector<Option> load_options(LoadRequest& request) {
  return {{.names = "-o,--output",
           .value = "FILE",
           .help = "The database; created if it does not exist",
           .target = text_value(request.database),
           .group = "Output",
           .variable = "HEAPSCAN_DATABASE",
           .required = true},
          {.names = "--no-references",
           .help = "Leave out references and the dump itself: a\nsmaller database",
           .target = &request.no_references,
           .group = "Output"},
          {.names = "--again",
           .help = "Also load dumps that the database already contains",
           .target = &request.again,
           .group = "Output"},
          salvage_option(request.salvage)};
}

}  // namespace

Verb load_verb() {
  const auto request = std::make_shared<LoadRequest>();
  return {.name = "load",
          .summary = "Add dumps to an SQLite database",
          .examples = kExamples,
          .arguments = {{.name = "DUMP",
                         .help = "The dumps to load",
                         .take = each_text(request->dumps),
                         .required = true,
                         .repeatable = true}},
          .options = concatenated({load_options(*request), message_options(request->messages)}),
          .run = [request](const Console& console) { return run(*request, console); }};
}

ExitCode run(const LoadRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  ExitCode code = ExitCode::kDone;
  for (const std::string& path : request.dumps) {
    const auto begin = std::chrono::steady_clock::now();
    const dump::Heap heap = open_heap(path, messages, damage_of(request.salvage));
    messages.progress("loading " + path);
    const DumpFile file(dump_argument(path));
    const dump::MappedFile bytes(file.path());
    TenthsReporter reporter(messages, "loading " + path);
    InterruptHandler on_interrupt([] {});
    const std::int64_t id =
        analysis::store::load({.heap = heap,
                               .source = path,
                               .file = bytes.bytes(),
                               .references = !request.no_references,
                               .again = request.again},
                              request.database, [&](std::uint64_t done, std::uint64_t total) {
                                reporter.report(done, total);
                                return !on_interrupt.interrupted();
                              });
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    messages.say(fmt::format("{}: dump {} is {}: {}, {}; {:.1f} s", request.database, id, path,
                             counted(heap.object_count(), "object"),
                             counted(heap.reference_count(), "reference"), elapsed.count()));
    if (code == ExitCode::kDone) {
      code = done_with(heap);
    }
  }
  return code;
}

}  // namespace heapscan::cli
