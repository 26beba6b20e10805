#include "cli/inspect/inspect.h"

#include <memory>
#include <optional>
#include <vector>

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
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan inspect app.hsd                        the heap as a whole\n"
    "  heapscan inspect app.hsd --type shop.Session    one type, and who holds it\n"
    "  heapscan inspect app.hsd --object 0x7f31c8d0    one object, and who holds it\n"
    "  heapscan inspect app.hsd --suspects             where memory gathers\n"
    "  heapscan inspect app.hsd --by module --retained   what modules keep alive\n"
    "  heapscan inspect app.hsd --waste                what could be smaller\n"
    "  heapscan inspect app.hsd --format json -n 0     everything, for a program";

void show_overview(Result& result, const dump::Heap& heap, const InspectCommand& command) {
  ReferenceCounts counts;
  const AnalyzedHeap view = analyze(heap, [&] { counts = check_reference_counts(heap); });
  const Overview overview = overview_of(view, counts, command.dump, result.limit());
  if (result.is_json()) {
    print_json(result.stream(), json_overview(view, overview, result.limit()));
  } else {
    print_overview(result.stream(), view, overview, result.style());
  }
}

void show_object(Result& result,
                 const AnalyzedHeap& view,
                 dump::ObjectId id,
                 const InspectCommand& command) {
  const ObjectView object = object_view_of(view, id);
  if (result.is_json()) {
    Json document = json_document("inspect");
    document["dump"] = json_dump(view.heap, command.dump);
    document["object"] = json_object_view(view, object, result.limit());
    print_json(result.stream(), document);
  } else {
    print_object(result.stream(), view, object, result.style());
  }
}

void show_type(Result& result, const AnalyzedHeap& view, const InspectCommand& command) {
  const TypeView type = type_view_of(view, command.type, result.limit());
  if (result.is_json()) {
    Json document = json_document("inspect");
    document["dump"] = json_dump(view.heap, command.dump);
    document["type"] = json_type_view(view, type, result.limit());
    print_json(result.stream(), document);
  } else {
    print_type(result.stream(), view, type, result.style());
  }
}

void show_summary(Result& result, const dump::Heap& heap, const InspectCommand& command) {
  if (result.is_json()) {
    Json document = json_document("inspect");
    document["dump"] = json_dump(heap, command.dump);
    document.update(json_summary(heap, command.summaries, result.limit()));
    print_json(result.stream(), document);
  } else {
    print_summary(result.stream(), heap, command.summaries, result.style());
  }
}

void show_who_holds_what(Result& result,
                         const dump::Heap& heap,
                         std::optional<dump::ObjectId> object,
                         const InspectCommand& command) {
  if (command.paths.tree) {
    return show_path_tree(result, heap, command.type, command.dump);
  }
  if (!object && command.type.empty() && !command.findings.any()) {
    return show_overview(result, heap, command);
  }
  const AnalyzedHeap view = analyze(heap);
  if (object && command.paths.of_object()) {
    show_object_paths(result, view, *object, command.paths, command.dump);
  } else if (object) {
    show_object(result, view, *object, command);
  } else if (!command.type.empty()) {
    show_type(result, view, command);
  } else {
    show_finding(result, view, command.findings, command.dump);
  }
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
  add_result_options(*sub, command->result);
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
  if (command.summaries.any()) {
    messages.progress("going through all objects");
    show_summary(result, heap, command);
  } else {
    messages.progress("finding who holds what");
    show_who_holds_what(result, heap, object, command);
  }
  result.commit();
  return done_with(heap);
}

}  // namespace heapscan::cli
