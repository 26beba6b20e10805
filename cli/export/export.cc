#include "cli/export/export.h"

#include <algorithm>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/console/size_text.h"
#include "cli/input/address_option.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "cli/input/selection.h"
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
#include "dump/error.h"
#include "formats/graph_writers.h"

namespace heapscan::cli {
namespace {

/// At most one in this many of the objects drawn is a starting point.
constexpr std::size_t kSeedShare = 8;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan export app.hsd --object 0x7f31c8d0 -o x.dot      what refers to it\n"
    "  heapscan export app.hsd --type shop.Session --depth 2 | dot -Tsvg >x.svg\n"
    "  heapscan export app.hsd --object 0x7f31c8d0 --direction out    what it holds\n"
    "  heapscan export raw.hsd -o packed.hsd                     the whole heap";

/// The writer that --format or else the file's extension asks for; Graphviz by default.
formats::GraphWriter choose_writer(const ExportRequest& request) {
  if (!request.format.empty()) {
    return formats::writer_named(request.format);
  }
  const formats::GraphWriter suggested = formats::writer_for(request.result.output);
  return std::holds_alternative<std::monostate>(suggested)
             ? formats::GraphWriter(&formats::neighbourhood_writers().front())
             : suggested;
}

/// The requested objects, or only the first of them if all would leave no room for the objects
/// around them.
std::vector<dump::ObjectId> seeds_of(const ExportRequest& request,
                                     const dump::Heap& heap,
                                     const Messages& messages) {
  std::vector<dump::ObjectId> seeds =
      request.object ? std::vector<dump::ObjectId>{require_object(heap, *request.object)}
                     : require_instances(heap, request.type);
  if (seeds.empty()) {
    messages.warn("no object of the dump is of type " + request.type);
  }
  const std::size_t most_seeds = std::max<std::size_t>(request.limit / kSeedShare, 1);
  if (request.limit != 0 && seeds.size() > most_seeds) {
    messages.warn(fmt::format("starting from only {} of {}: raise --limit for more",
                              count_text(most_seeds), counted(seeds.size(), "object")));
    seeds.resize(most_seeds);
  }
  return seeds;
}

ExitCode export_part(const formats::NeighbourhoodWriter& writer,
                     const ExportRequest& request,
                     const Messages& messages,
                     Result& result) {
  if (!request.object && request.type.empty()) {
    throw Error(ErrorKind::kUsage,
                "export: no starting point: add --object ADDRESS or --type NAME");
  }
  const dump::Heap heap = open_heap(request.dump, messages, damage_of(request.salvage));
  const analysis::Neighbourhood part = analysis::neighbourhood(
      heap, seeds_of(request, heap, messages), request.direction, {request.depth, request.limit});
  writer.write(heap, part, result.stream());
  result.commit();
  if (part.omitted > 0) {
    messages.warn(fmt::format("{} within reach {} not drawn: raise --limit or lower --depth",
                              counted(part.omitted, "object"), part.omitted == 1 ? "is" : "are"));
  }
  return done_with(heap);
}

ExitCode export_whole(const formats::HeapWriter& writer,
                      const ExportRequest& request,
                      const Messages& messages,
                      Result& result) {
  if (request.object || !request.type.empty()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("export: {} is for the whole heap: remove {}", writer.traits.name,
                            request.type.empty() ? "--object" : "--type"));
  }
  const dump::Heap heap = open_heap(request.dump, messages, damage_of(request.salvage));
  if (heap.diagnostics().has_loss()) {
    throw Error(ErrorKind::kBadInput,
                request.dump +
                    ": a salvaged dump cannot be exported as a whole: what was lost "
                    "would look like facts");
  }
  writer.write(heap, result.stream());
  result.commit();
  return done_with(heap);
}

/// The name of a format, as the tables of writers have it. Throws Error(kUsage).
std::string parse_format(const std::string& word) {
  if (std::holds_alternative<std::monostate>(formats::writer_named(word))) {
    throw Error(ErrorKind::kUsage,
                "'" + word + "' is unsupported; supported: " + formats::writer_names(", "));
  }
  return word;
}

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
           .help = "Number of references to follow (default 3)",
           .target = number_value(request.depth)},
          {.names = "--direction",
           .help = "in: follow referrers; out: follow referents\n(default in)",
           .target = one_of(request.direction, {{"in", analysis::Direction::kIn},
                                                {"out", analysis::Direction::kOut}})},
          {.names = "-n,--limit",
           .value = "N",
           .help = "Objects to draw, nearest first; 0 for all\n(default 50)",
           .target = number_value(request.limit)},
          salvage_option(request.salvage),
          {.names = "--format",
           .value = formats::writer_names("|"),
           .help = formats::writer_summaries(";\n") + "\n(default: by the extension of FILE, or " +
                   std::string(formats::neighbourhood_writers().front().traits.name) + ")",
           .target = parsed(request.format, parse_format),
           .group = "Output"}};
}

}  // namespace

Verb export_verb() {
  const auto request = std::make_shared<ExportRequest>();
  return {.name = "export",
          .summary = "Export a graph of objects, or a whole heap",
          .examples = kExamples,
          .arguments = {{.name = "DUMP",
                         .help = "The dump",
                         .take = text_value(request->dump),
                         .required = true}},
          .options = concatenated({export_options(*request),
                                   output_options(request->result.output, request->result.force),
                                   message_options(request->messages)}),
          .run = [request](const Console& console) { return run(*request, console); }};
}

ExitCode run(const ExportRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  Result result(console, request.result, request.messages.color);
  const formats::GraphWriter writer = choose_writer(request);
  if (const auto* const part = std::get_if<const formats::NeighbourhoodWriter*>(&writer)) {
    return export_part(**part, request, messages, result);
  }
  const formats::HeapWriter& whole = *std::get<const formats::HeapWriter*>(writer);
  const bool to_stdout = request.result.output.empty() || request.result.output == "-";
  if (whole.traits.binary && to_stdout && console.out_terminal.is_terminal) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("export: {} is not text for a terminal: add --output FILE", whole.traits.name));
  }
  return export_whole(whole, request, messages, result);
}

}  // namespace heapscan::cli
