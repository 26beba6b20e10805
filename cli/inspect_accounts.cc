#include "cli/inspect_accounts.h"

#include "analysis/paths.h"
#include "analysis/waste.h"
#include "cli/json.h"
#include "cli/waste_view.h"

namespace heapscan::cli {

void add_account_options(CLI::App& command,
                         AccountOptions& options,
                         const std::vector<CLI::Option*>& others) {
  CLI::Option* by = add_histogram_options(command, options.histogram);
  CLI::Option* waste =
      command.add_flag("--waste", options.waste, "Show what the same contents would take less")
          ->excludes(by);
  for (CLI::Option* const other : others) {
    by->excludes(other);
    waste->excludes(other);
  }
}

void show_account(Result& result,
                  const dump::Heap& heap,
                  const AccountOptions& options,
                  const std::string& dump,
                  const ResultOptions& form,
                  When color) {
  Json document = json_document("inspect");
  document["dump"] = json_dump(heap, dump);
  if (options.waste) {
    const analysis::Waste waste = analysis::find_waste(heap, analysis::PathForest(heap));
    if (form.format == Format::kText) {
      print_waste(result.stream(), heap, waste, result.style(form, color));
      return;
    }
    document["waste"] = json_waste(heap, waste, form.limit);
  } else {
    const HistogramView view = histogram_view_of(heap, options.histogram);
    if (form.format == Format::kText) {
      print_histogram(result.stream(), heap, view, result.style(form, color));
      return;
    }
    document["histogram"] = json_histogram(view, form.limit);
  }
  print_json(result.stream(), document);
}

}  // namespace heapscan::cli
