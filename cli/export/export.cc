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

}  // namespace

Verb add_export(CLI::App& app) {
  auto command = std::make_shared<ExportCommand>();
  CLI::App* sub = app.add_subcommand("export", "The surroundings of objects as a graph to draw");
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
  sub->add_option("--format", "Form of the graph: dot, for Graphviz (default)")
      ->check(CLI::Validator(
          [](const std::string& word) {
            return word == "dot" ? std::string() : "'" + word + "' is not one of dot";
          },
          ""))
      ->option_text("dot")
      ->group("Output");
  add_output_options(*sub, command->result.output, command->result.force);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const ExportCommand& command, const Console& console) {
  if (command.object.empty() && command.type.empty()) {
    throw Error(ErrorKind::kUsage,
                "export: there is nothing to start from: add --object ADDRESS or --type NAME");
  }
  const Messages messages(console, command.messages);
  Result result(console, command.result, command.messages.color);
  const dump::Heap heap = open_heap(command.dump, messages);
  std::vector<dump::ObjectId> seeds =
      command.type.empty()
          ? std::vector<dump::ObjectId>{require_object(heap, parse_address(command.object).value())}
          : require_instances(heap, command.type);
  if (seeds.empty()) {
    messages.warn("no object of the dump is of type " + command.type);
  }
  // All of a type's instances would leave no room for what surrounds them.
  const std::size_t most_seeds = std::max<std::size_t>(command.limit / kSeedShare, 1);
  if (command.limit != 0 && seeds.size() > most_seeds) {
    messages.warn(fmt::format("drawn from {} of {}: raise --limit for more", count_text(most_seeds),
                              counted(seeds.size(), "object")));
    seeds.resize(most_seeds);
  }
  const analysis::Neighbourhood part =
      analysis::neighbourhood(heap, seeds, command.direction, {command.depth, command.limit});
  formats::write_dot(heap, part, result.stream());
  result.commit();
  if (part.omitted > 0) {
    messages.warn(fmt::format("{} within reach are not drawn: raise --limit or lower --depth",
                              counted(part.omitted, "object")));
  }
  return done_with(heap);
}

}  // namespace heapscan::cli
