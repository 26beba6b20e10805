#include "cli/inspect/findings.h"

#include <fmt/format.h>

#include "analysis/cycles/cycle_cut.h"
#include "analysis/cycles/cycles.h"
#include "analysis/suspects/suspects.h"
#include "cli/inspect/cycles_view.h"
#include "cli/inspect/suspects_view.h"
#include "cli/render/json.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

void show_suspects(Result& result, const AnalyzedHeap& view, const std::string& dump) {
  const analysis::Suspects suspects =
      analysis::find_suspects(view.heap, view.dominators, view.paths);
  if (!result.is_json()) {
    print_suspects(result.stream(), view, suspects, result.style());
    return;
  }
  Json document = json_document("inspect");
  document["dump"] = json_dump(view.heap, dump);
  document["reachable"] = {{"objects", view.dominators.reachable_count},
                           {"size", view.dominators.reachable_size}};
  document["suspects"] = json_suspects(view, suspects, result.limit());
  document["suspect_count"] = suspects.rows.size();
  document["suspects_size"] = suspects.size;
  print_json(result.stream(), document);
}

void show_cycles(Result& result,
                 const AnalyzedHeap& view,
                 const FindingOptions& options,
                 const std::string& dump) {
  const analysis::Garbage garbage = analysis::find_garbage(view.heap, view.dominators.reachable);
  if (options.cycle > garbage.groups.size()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("--cycle: there is no cycle {}: the dump has {}, see --cycles",
                            options.cycle, counted(garbage.groups.size(), "group")));
  }
  const bool json = result.is_json();
  Json document = json_document("inspect");
  if (options.cycle != 0) {
    const std::size_t group = options.cycle - 1;
    const CycleView cycle = {garbage, group,
                             analysis::cut_cycle(view.heap, garbage, view.dominators.reachable,
                                                 garbage.groups[group].example)};
    if (json) {
      document["cycle"] = json_cycle(view, cycle);
    } else {
      print_cycle(result.stream(), view, cycle, result.style());
    }
  } else if (json) {
    document["garbage"] = json_cycles(view, garbage, result.limit());
  } else {
    print_cycles(result.stream(), view, garbage, result.style());
  }
  if (json) {
    document["dump"] = json_dump(view.heap, dump);
    print_json(result.stream(), document);
  }
}

}  // namespace

void show_finding(Result& result,
                  const AnalyzedHeap& view,
                  const FindingOptions& options,
                  const std::string& dump) {
  if (options.suspects) {
    show_suspects(result, view, dump);
  } else {
    show_cycles(result, view, options, dump);
  }
}

}  // namespace heapscan::cli
