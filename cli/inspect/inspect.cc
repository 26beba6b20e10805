#include "cli/inspect/inspect.h"

#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "cli/console/freed_memory.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "cli/input/selection.h"
#include "cli/inspect/findings.h"
#include "cli/inspect/inspect_options.h"
#include "cli/inspect/object_view.h"
#include "cli/inspect/overview.h"
#include "cli/inspect/path_views.h"
#include "cli/inspect/type_view.h"
#include "cli/render/json.h"
#include "cli/render/render.h"
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

Page overview_of_all(const dump::Heap& heap, const PageOptions& options) {
  ReferenceCounts counts;
  const AnalyzedHeap view = analyze(heap, [&] { counts = check_reference_counts(heap); });
  return overview_page(view, overview_of(view, counts, options.limit), options);
}

Page page_of_holders(const dump::Heap& heap,
                     std::optional<dump::ObjectId> object,
                     const InspectRequest& request,
                     const PageOptions& options) {
  if (request.paths.tree) {
    return type_paths_page(heap, request.type, options);
  }
  if (!object && request.type.empty() && !request.findings.any()) {
    return overview_of_all(heap, options);
  }
  const AnalyzedHeap view = analyze(heap);
  if (object && request.paths.of_object()) {
    return object_paths_page(view, *object, request.paths, options);
  }
  if (object) {
    return object_page(view, object_view_of(view, *object), options);
  }
  return request.type.empty()
             ? finding_page(view, request.findings, options)
             : type_page(view, type_view_of(view, request.type, options.limit), options);
}

}  // namespace

Verb inspect_verb() {
  const auto request = std::make_shared<InspectRequest>();
  return {.name = "inspect",
          .summary = "Show what fills a heap and what holds it",
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
  const dump::Heap heap = open_heap(request.dump, messages, damage_of(request.salvage));
  if (request.findings.cycles || request.findings.cycle != 0) {
    require_garbage(heap, request.dump + ": unreachable cycles");
  }
  if (request.summaries.waste) {
    require_names(heap, request.dump + ": --waste");
  }
  // Looked up before the long work starts, so that mistakes are reported at once.
  std::optional<dump::ObjectId> object;
  if (request.object) {
    object = require_object(heap, *request.object);
  }
  if (!request.type.empty()) {
    (void)require_instances(heap, request.type);
  }
  const PageOptions options = page_options(result);
  const bool summary = request.summaries.any();
  messages.progress(summary ? "scanning all objects" : "computing dominators");
  const Page page = summary ? summary_page(heap, request.summaries, options)
                            : page_of_holders(heap, object, request, options);
  render(result, page, [&] {
    Json head = json_document("inspect");
    head["dump"] = json_dump(heap, request.dump);
    return head;
  });
  result.commit();
  return done_with(heap);
}

}  // namespace heapscan::cli
