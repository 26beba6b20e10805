#include "cli/inspect/inspect_options.h"

#include <string>
#include <utility>

#include "cli/input/address_option.h"
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"

namespace heapscan::cli {
namespace {

std::vector<Option> object_and_type_options(InspectRequest& request) {
  return {{.names = "--object",
           .value = "ADDRESS",
           .help = "Show the object at this address",
           .target = address_value(request.object)},
          {.names = "--type",
           .value = "NAME",
           .help = "Show the objects of this type (module.name)",
           .target = text_value(request.type),
           .excludes = {"--object"}}};
}

std::vector<Option> path_options(PathOptions& paths) {
  return {{.names = "--paths",
           .value = "K",
           .help = "With --object: show up to K paths from roots that\nshare no reference",
           .target = number_value(paths.paths, 1),
           .needs = {"--object"},
           .excludes = {"--referrers", "--referents"}},
          {.names = "--referrers",
           .value = "DEPTH",
           .help = "With --object: show its referrers, up to DEPTH\nreferences away",
           .target = number_value(paths.referrers, 1),
           .needs = {"--object"},
           .excludes = {"--referents"}},
          {.names = "--referents",
           .value = "DEPTH",
           .help = "With --object: show its referents, up to DEPTH\nreferences away",
           .target = number_value(paths.referents, 1),
           .needs = {"--object"}},
          {.names = "--tree",
           .help = "With --type: merge the paths to all instances into\n"
                   "one tree",
           .target = &paths.tree,
           .needs = {"--type"}}};
}

/// Views that exclude all others.
std::vector<Option> finding_options(FindingOptions& findings) {
  return {
      {.names = "--suspects",
       .help = "Show all leak suspects: where memory accumulates",
       .target = &findings.suspects,
       .excludes = {"--cycles", "--cycle", "--object", "--type"}},
      {.names = "--cycles",
       .help = "Show all groups of unreachable cycles",
       .target = &findings.cycles,
       .excludes = {"--cycle", "--object", "--type"}},
      {.names = "--cycle",
       .value = "N",
       .help = "Show a cycle of group N of --cycles, reference by\nreference, and how to break it",
       .target = number_value(findings.cycle, 1),
       .excludes = {"--object", "--type"}}};
}

std::vector<Option> summary_options(SummaryOptions& summaries) {
  const std::vector<std::string> others = {"--suspects", "--cycles", "--cycle", "--object",
                                           "--type"};
  std::vector<std::string> others_and_by = others;
  others_and_by.emplace_back("--by");
  HistogramOptions& histogram = summaries.histogram;
  std::vector<std::string> keys;
  keys.reserve(group_key_words().size());
  for (const auto& [word, key] : group_key_words()) {
    keys.push_back(word);
  }
  return {
      {.names = "--by",
       .value = "KEY",
       .help = "Count the objects by type|module|package|size|\n"
               "generation|site|root|referrers",
       .target = Choice{keys,
                        [&histogram](std::size_t index) {
                          histogram.by = group_key_words().at(index).second;
                        }},
       .group = "Histogram",
       .excludes = others},
      {.names = "--retained",
       .help = "With --by: show the retained size of each group",
       .target = &histogram.retained,
       .group = "Histogram",
       .needs = {"--by"}},
      {.names = "--filter",
       .value = "GLOB|size>=N",
       .help = "With --by: only types that match GLOB, or sizes in\nrange; may be repeated",
       .target = TakeValue([&histogram](const std::string& text) { histogram.filter.add(text); }),
       .group = "Histogram",
       .needs = {"--by"},
       .repeatable = true},
      {.names = "--waste",
       .help = "Show avoidable memory",
       .target = &summaries.waste,
       .excludes = std::move(others_and_by)}};
}

}  // namespace

std::vector<Option> inspect_options(InspectRequest& request) {
  return concatenated({object_and_type_options(request),
                       path_options(request.paths),
                       finding_options(request.findings),
                       summary_options(request.summaries),
                       result_options(request.result, {Format::kText, Format::kJson, Format::kCsv,
                                                       Format::kMarkdown}),
                       {limit_option(request.result.limit), salvage_option(request.salvage)},
                       message_options(request.messages)});
}

}  // namespace heapscan::cli
