#include "cli/inspect/inspect.h"

#include <memory>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/console/freed_memory.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/input/address_option.h"
#include "cli/input/analyzed_heap.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "cli/input/selection.h"
#include "cli/inspect/findings.h"
#include "cli/inspect/object_view.h"
#include "cli/inspect/overview.h"
#include "cli/inspect/path_views.h"
#include "cli/inspect/type_view.h"
#include "cli/render/json.h"
#include "cli/render/render.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan inspect app.hsd                        the heap as a whole\n"
    "  heapscan inspect app.hsd --type shop.Session    one type, and who holds it\n"
    "  heapscan inspect app.hsd --object 0x7f31c8d0    one object, and who holds it\n"
    "  heapscan inspect app.hsd --suspects             where memory accumulates\n"
    "  heapscan inspect app.hsd --by module --retained   what modules keep alive\n"
    "  heapscan inspect app.hsd --waste                what could be smaller\n"
    "  heapscan inspect app.hsd --format json -n 0     everything, for a program";

Page overview_of_all(const dump::Heap& heap, const PageOptions& options) {
  ReferenceCounts counts;
  const AnalyzedHeap view = analyze(heap, [&] { counts = check_reference_counts(heap); });
  return overview_page(view, overview_of(view, counts, options.limit), options);
}

Page page_of_holders(const dump::Heap& heap,
                     std::optional<dump::ObjectId> object,
                     const InspectCommand& command,
                     const PageOptions& options) {
  if (command.paths.tree) {
    return type_paths_page(heap, command.type, options);
  }
  if (!object && command.type.empty() && !command.findings.any()) {
    return overview_of_all(heap, options);
  }
  const AnalyzedHeap view = analyze(heap);
  if (object && command.paths.of_object()) {
    return object_paths_page(view, *object, command.paths, options);
  }
  if (object) {
    return object_page(view, object_view_of(view, *object), options);
  }
  return command.type.empty()
             ? finding_page(view, command.findings, options)
             : type_page(view, type_view_of(view, command.type, options.limit), options);
}

}  // namespace

Verb add_inspect(CLI::App& app) {
  auto command = std::make_shared<InspectCommand>();
  CLI::App* sub =
      app.add_subcommand("inspect", "What fills a heap, who holds it, and what is garbage");
  sub->footer(kExamples);
  sub->add_option("DUMP", command->dump, "The dump")->required()->option_text(" ");
  CLI::Option* object =
      sub->add_option("--object", command->object, "Show the object at this address")
          ->option_text("ADDRESS")
          ->check(address_validator());
  CLI::Option* type =
      sub->add_option("--type", command->type, "Show the objects of this type (module.name)")
          ->option_text("NAME")
          ->excludes(object);
  add_path_options(*sub, command->paths);
  std::vector<CLI::Option*> others = add_finding_options(*sub, command->findings, {object, type});
  others.insert(others.end(), {object, type});
  add_summary_options(*sub, command->summaries, others);
  add_result_options(*sub, command->result,
                     {Format::kText, Format::kJson, Format::kCsv, Format::kMarkdown});
  add_limit_option(*sub, command->result.limit);
  add_salvage_option(*sub, command->damage);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const InspectCommand& command, const Console& console) {
  keep_freed_memory();
  const Messages messages(console, command.messages);
  Result result(console, command.result, command.messages.color);
  const dump::Heap heap = open_heap(command.dump, messages, command.damage);
  if (command.findings.cycles || command.findings.cycle != 0) {
    require_garbage(heap, command.dump + ": unreachable cycles");
  }
  if (command.summaries.waste) {
    require_names(heap, command.dump + ": --waste");
  }
  // What was asked for is looked up before the long work starts.
  std::optional<dump::ObjectId> object;
  if (!command.object.empty()) {
    object = require_object(heap, parse_address(command.object).value());
  }
  if (!command.type.empty()) {
    (void)require_instances(heap, command.type);
  }
  const PageOptions options = page_options(result);
  const bool summary = command.summaries.any();
  messages.progress(summary ? "going through all objects" : "finding who holds what");
  const Page page = summary ? summary_page(heap, command.summaries, options)
                            : page_of_holders(heap, object, command, options);
  render(result, page, [&] {
    Json head = json_document("inspect");
    head["dump"] = json_dump(heap, command.dump);
    return head;
  });
  result.commit();
  return done_with(heap);
}

}  // namespace heapscan::cli
