#include "cli/export/export.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/console/size_text.h"
#include "cli/input/address_option.h"
#include "cli/input/open_heap.h"
#include "cli/input/selection.h"
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
#include "dump/error.h"
#include "formats/dot.h"

namespace heapscan::cli {
namespace {

/// One in so many of the objects that are drawn may be a starting point.
constexpr std::size_t kSeedShare = 8;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan export app.hsd --object 0x7f31c8d0 -o who.dot    what refers to it\n"
    "  heapscan export app.hsd --type shop.Session --depth 2 | dot -Tsvg >who.svg\n"
    "  heapscan export app.hsd --object 0x7f31c8d0 --direction out    what it holds";

std::vector<Option> export_options(ExportRequest& request) {
  return {{.names = "--object",
           .value = "ADDRESS",
           .help = "Start from the object at this address",
           .target = address_value(request.object)},
          {.names = "--type",
           .value = "NAME",
           .help = "Start from the objects of this type",
           .target = text_value(request.type),
           .excludes = {"--object"}},
          {.names = "--depth",
           .value = "N",
           .help = "References to follow (default 3)",
           .target = number_value(request.depth)},
          {.names = "--direction",
           .help = "in: to what refers to them; out: to what they\nrefer to (default in)",
           .target = one_of(request.direction, {{"in", analysis::Direction::kIn},
                                                {"out", analysis::Direction::kOut}})},
          {.names = "-n,--limit",
           .value = "N",
           .help = "Objects to draw, nearest first; 0 for all\n(default 50)",
           .target = number_value(request.limit)},
          {.names = "--format",
           .help = "Graph format: dot, for Graphviz (default)",
           .target = Choice{{"dot"}, [](std::size_t) {}},
           .group = "Output"}};
}

/// Throws Error(kUsage).
const ExportRequest& validated(const ExportRequest& request) {
  if (!request.object && request.type.empty()) {
    throw Error(ErrorKind::kUsage,
                "export: there is nothing to start from: add --object ADDRESS or --type NAME");
  }
  return request;
}

}  // namespace

Verb export_verb() {
  const auto request = std::make_shared<ExportRequest>();
  return {.name = "export",
          .summary = "Write the surroundings of objects as a graph",
          .examples = kExamples,
          .arguments = {{.name = "DUMP",
                         .help = "The dump",
                         .take = text_value(request->dump),
                         .required = true}},
          .options = concatenated({export_options(*request),
                                   output_options(request->result.output, request->result.force),
                                   message_options(request->messages)}),
          .run = [request](const Console& console) { return run(validated(*request), console); }};
}

ExitCode run(const ExportRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  Result result(console, request.result, request.messages.color);
  const dump::Heap heap = open_heap(request.dump, messages);
  std::vector<dump::ObjectId> seeds =
      request.object ? std::vector<dump::ObjectId>{require_object(heap, *request.object)}
                     : require_instances(heap, request.type);
  if (seeds.empty()) {
    messages.warn("no object of the dump is of type " + request.type);
  }
  // All of a type's instances would leave no room for what surrounds them.
  const std::size_t most_seeds = std::max<std::size_t>(request.limit / kSeedShare, 1);
  if (request.limit != 0 && seeds.size() > most_seeds) {
    messages.warn(fmt::format("drawn from {} of {}: raise --limit for more", count_text(most_seeds),
                              counted(seeds.size(), "object")));
    seeds.resize(most_seeds);
  }
  const analysis::Neighbourhood part =
      analysis::neighbourhood(heap, seeds, request.direction, {request.depth, request.limit});
  formats::write_dot(heap, part, result.stream());
  result.commit();
  if (part.omitted > 0) {
    messages.warn(fmt::format("{} within reach are not drawn: raise --limit or lower --depth",
                              counted(part.omitted, "object")));
  }
  return done_with(heap);
}

}  // namespace heapscan::cli
