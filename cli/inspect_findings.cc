#include "cli/inspect_findings.h"

#include "analysis/suspects.h"
#include "cli/json.h"
#include "cli/suspects_view.h"

namespace heapscan::cli {
namespace {

void show_suspects(Result& result,
                   const HeapView& view,
                   const std::string& dump,
                   const ResultOptions& form,
                   When color) {
  const analysis::Suspects suspects =
      analysis::find_suspects(view.heap, view.dominators, view.paths);
  if (form.format == Format::kText) {
    print_suspects(result.stream(), view, suspects, result.style(form, color));
    return;
  }
  Json document = json_document("inspect");
  document["dump"] = json_dump(view.heap, dump);
  document["reachable"] = {{"objects", view.dominators.reachable_count},
                           {"size", view.dominators.reachable_size}};
  document["suspects"] = json_suspects(view, suspects, form.limit);
  document["suspect_count"] = suspects.rows.size();
  document["suspects_size"] = suspects.size;
  print_json(result.stream(), document);
}

}  // namespace

void add_finding_options(CLI::App& command, FindingOptions& options) {
  command.add_flag("--suspects", options.suspects, "Show all places where memory gathers");
}

void show_finding(Result& result,
                  const HeapView& view,
                  const FindingOptions& options,
                  const std::string& dump,
                  const ResultOptions& form,
                  When color) {
  if (options.suspects) {
    show_suspects(result, view, dump, form, color);
  }
}

}  // namespace heapscan::cli
