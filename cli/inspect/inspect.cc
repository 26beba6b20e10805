#include "cli/inspect/inspect.h"

#include <memory>
#include <optional>

#include "cli/console/freed_memory.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "cli/input/open_heap.h"
#include "cli/input/selection.h"
#include "cli/inspect/findings.h"
#include "cli/inspect/inspect_options.h"
#include "cli/inspect/object_view.h"
#include "cli/inspect/overview.h"
#include "cli/inspect/path_views.h"
#include "cli/inspect/type_view.h"
#include "cli/render/json.h"
#include "cli/verb/values.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan inspect app.hsd                        the heap as a whole\n"
    "  heapscan inspect app.hsd --type shop.Session    one type, and what holds it\n"
    "  heapscan inspect app.hsd --object 0x7f31c8d0    one object, and what holds it\n"
    "  heapscan inspect app.hsd --suspects             where memory accumulates\n"
    "  heapscan inspect app.hsd --by module --retained   retained size per module\n"
    "  heapscan inspect app.hsd --waste                avoidable memory\n"
    "  heapscan inspect app.hsd --format json -n 0     everything, for a program";

void show_overview(Result& result, const dump::Heap& heap, const InspectRequest& request) {
  ReferenceCounts counts;
  const AnalyzedHeap view = analyze(heap, [&] { counts = check_reference_counts(heap); });
  const Overview overview = overview_of(view, counts, request.dump, result.limit());
  if (result.is_json()) {
    print_json(result.stream(), json_overview(view, overview, result.limit()));
  } else {
    print_overview(result.stream(), view, overview, result.style());
  }
}

void show_object(Result& result,
                 const AnalyzedHeap& view,
                 dump::ObjectId id,
                 const InspectRequest& request) {
  const ObjectView object = object_view_of(view, id);
  if (result.is_json()) {
    Json document = json_document("inspect");
    document["dump"] = json_dump(view.heap, request.dump);
    document["object"] = json_object_view(view, object, result.limit());
    print_json(result.stream(), document);
  } else {
    print_object(result.stream(), view, object, result.style());
  }
}

void show_type(Result& result, const AnalyzedHeap& view, const InspectRequest& request) {
  const TypeView type = type_view_of(view, request.type, result.limit());
  if (result.is_json()) {
    Json document = json_document("inspect");
    document["dump"] = json_dump(view.heap, request.dump);
    document["type"] = json_type_view(view, type, result.limit());
    print_json(result.stream(), document);
  } else {
    print_type(result.stream(), view, type, result.style());
  }
}

void show_summary(Result& result, const dump::Heap& heap, const InspectRequest& request) {
  if (result.is_json()) {
    Json document = json_document("inspect");
    document["dump"] = json_dump(heap, request.dump);
    document.update(json_summary(heap, request.summaries, result.limit()));
    print_json(result.stream(), document);
  } else {
    print_summary(result.stream(), heap, request.summaries, result.style());
  }
}

void show_who_holds_what(Result& result,
                         const dump::Heap& heap,
                         std::optional<dump::ObjectId> object,
                         const InspectRequest& request) {
  if (request.paths.tree) {
    return show_path_tree(result, heap, request.type, request.dump);
  }
  if (!object && request.type.empty() && !request.findings.any()) {
    return show_overview(result, heap, request);
  }
  const AnalyzedHeap view = analyze(heap);
  if (object && request.paths.of_object()) {
    show_object_paths(result, view, *object, request.paths, request.dump);
  } else if (object) {
    show_object(result, view, *object, request);
  } else if (!request.type.empty()) {
    show_type(result, view, request);
  } else {
    show_finding(result, view, request.findings, request.dump);
  }
}

}  // namespace

Verb inspect_verb() {
  const auto request = std::make_shared<InspectRequest>();
  return {.name = "inspect",
          .summary = "What fills a heap, what holds it, and what is garbage",
          .examples = kExamples,
          .arguments = {{.name = "DUMP",
                         .help = "The dump",
                         .take = text_value(request->dump),
                         .required = true}},
          .options = inspect_options(*request),
          .run = [request](const Console& console) { return run(*request, console); }};
}

ExitCode run(const InspectRequest& request, const Console& console) {
  keep_freed_memory();
  const Messages messages(console, request.messages);
  Result result(console, request.result, request.messages.color);
  const dump::Heap heap = open_heap(request.dump, messages);
  // What was asked for is looked up before the long work starts.
  std::optional<dump::ObjectId> object;
  if (request.object) {
    object = require_object(heap, *request.object);
  }
  if (!request.type.empty()) {
    (void)require_instances(heap, request.type);
  }
  if (request.summaries.any()) {
    messages.progress("going through all objects");
    show_summary(result, heap, request);
  } else {
    messages.progress("finding who holds what");
    show_who_holds_what(result, heap, object, request);
  }
  result.commit();
  return done_with(heap);
}

}  // namespace heapscan::cli
