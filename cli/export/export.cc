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
#include "dump/error.h"
#include "formats/graph_writers.h"

namespace heapscan::cli {
namespace {

/// At most one in so many of the objects drawn is a starting point.
constexpr std::size_t kSeedShare = 8;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan export app.hsd --object 0x7f31c8d0 -o who.dot    what refers to it\n"
    "  heapscan export app.hsd --type shop.Session --depth 2 | dot -Tsvg >who.svg\n"
    "  heapscan export app.hsd --object 0x7f31c8d0 --direction out    what it holds\n"
    "  heapscan export raw.hsd -o packed.hsd                     the whole heap";

/// The writer that --format or else the file's extension asks for; Graphviz by default.
formats::GraphWriter choose_writer(const ExportCommand& command) {
  if (!command.format.empty()) {
    return formats::writer_named(command.format);
  }
  const formats::GraphWriter suggested = formats::writer_for(command.result.output);
  return std::holds_alternative<std::monostate>(suggested)
             ? formats::GraphWriter(&formats::neighbourhood_writers().front())
             : suggested;
}

/// The objects that were asked for, or the first of them when they would leave no room for what
/// surrounds them.
std::vector<dump::ObjectId> seeds_of(const ExportCommand& command,
                                     const dump::Heap& heap,
                                     const Messages& messages) {
  std::vector<dump::ObjectId> seeds =
      command.type.empty()
          ? std::vector<dump::ObjectId>{require_object(heap, parse_address(command.object).value())}
          : require_instances(heap, command.type);
  if (seeds.empty()) {
    messages.warn("no object of the dump is of type " + command.type);
  }
  const std::size_t most_seeds = std::max<std::size_t>(command.limit / kSeedShare, 1);
  if (command.limit != 0 && seeds.size() > most_seeds) {
    messages.warn(fmt::format("drawn from {} of {}: raise --limit for more", count_text(most_seeds),
                              counted(seeds.size(), "object")));
    seeds.resize(most_seeds);
  }
  return seeds;
}

ExitCode export_part(const formats::NeighbourhoodWriter& writer,
                     const ExportCommand& command,
                     const Messages& messages,
                     Result& result) {
  if (command.object.empty() && command.type.empty()) {
    throw Error(ErrorKind::kUsage,
                "export: there is nothing to start from: add --object ADDRESS or --type NAME");
  }
  const dump::Heap heap = open_heap(command.dump, messages, command.damage);
  const analysis::Neighbourhood part = analysis::neighbourhood(
      heap, seeds_of(command, heap, messages), command.direction, {command.depth, command.limit});
  writer.write(heap, part, result.stream());
  result.commit();
  if (part.omitted > 0) {
    messages.warn(fmt::format("{} within reach are not drawn: raise --limit or lower --depth",
                              counted(part.omitted, "object")));
  }
  return done_with(heap);
}

ExitCode export_whole(const formats::HeapWriter& writer,
                      const ExportCommand& command,
                      const Messages& messages,
                      Result& result) {
  if (!command.object.empty() || !command.type.empty()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("export: {} has the whole heap: leave out {}", writer.traits.name,
                            command.type.empty() ? "--object" : "--type"));
  }
  const dump::Heap heap = open_heap(command.dump, messages, command.damage);
  if (heap.diagnostics().has_loss()) {
    throw Error(ErrorKind::kBadInput,
                command.dump +
                    ": a salvaged dump is not exported as a whole: what it has lost "
                    "would look like facts");
  }
  writer.write(heap, result.stream());
  result.commit();
  return done_with(heap);
}

}  // namespace

Verb add_export(CLI::App& app) {
  auto command = std::make_shared<ExportCommand>();
  CLI::App* sub =
      app.add_subcommand("export", "The surroundings of objects, or the heap, for other programs");
  sub->footer(kExamples);
  sub->add_option("DUMP", command->dump, "The dump")->required()->option_text(" ");
  CLI::Option* object =
      sub->add_option("--object", command->object, "Start from the object at this address")
          ->option_text("ADDRESS")
          ->check(address_validator());
  sub->add_option("--type", command->type, "Start from the objects of this type")
      ->option_text("NAME")
      ->excludes(object);
  sub->add_option("--depth", command->depth, "References to follow (default 3)")
      ->option_text("N")
      ->check(count_validator());
  add_choice(*sub, "--direction", command->direction,
             {{"in", analysis::Direction::kIn}, {"out", analysis::Direction::kOut}},
             "in: to what refers to them; out: to what they\nrefer to (default in)");
  sub->add_option("-n,--limit", command->limit,
                  "Objects to draw, nearest first; 0 for all\n(default 50)")
      ->option_text("N")
      ->check(count_validator());
  sub->add_option("--format", command->format,
                  formats::writer_summaries(";\n") + "\n(default: by the extension of FILE, or " +
                      std::string(formats::neighbourhood_writers().front().traits.name) + ")")
      ->check(CLI::Validator(
          [](const std::string& word) {
            return std::holds_alternative<std::monostate>(formats::writer_named(word))
                       ? "'" + word + "' is unsupported; supported: " + formats::writer_names(", ")
                       : std::string();
          },
          ""))
      ->option_text(formats::writer_names("|"))
      ->group("Output");
  add_output_options(*sub, command->result.output, command->result.force);
  add_salvage_option(*sub, command->damage);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const ExportCommand& command, const Console& console) {
  const Messages messages(console, command.messages);
  Result result(console, command.result, command.messages.color);
  const formats::GraphWriter writer = choose_writer(command);
  if (const auto* const part = std::get_if<const formats::NeighbourhoodWriter*>(&writer)) {
    return export_part(**part, command, messages, result);
  }
  const formats::HeapWriter& whole = *std::get<const formats::HeapWriter*>(writer);
  const bool to_stdout = command.result.output.empty() || command.result.output == "-";
  if (whole.traits.binary && to_stdout && console.out_terminal.is_terminal) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("export: {} is not text for a terminal: add --output FILE", whole.traits.name));
  }
  return export_whole(whole, command, messages, result);
}

}  // namespace heapscan::cli
