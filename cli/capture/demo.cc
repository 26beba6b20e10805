#include "cli/capture/demo.h"

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/console/messages.h"
#include "cli/console/near_names.h"
#include "cli/console/result.h"
#include "cli/console/size_text.h"
#include "dump/error.h"
#include "dump/runtime/scenarios/scenario.h"

namespace heapscan::cli {
namespace {

namespace scenarios = dump::runtime::scenarios;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan demo --list                             what there is to see\n"
    "  heapscan demo circular-reference -o cycles.hsd\n"
    "  heapscan demo unbounded-cache -o cache.hsd --series --steps 2\n"
    "  heapscan diff cache-1.hsd cache-2.hsd";

void print_list(const Console& console) {
  for (const scenarios::Scenario& scenario : scenarios::all()) {
    console.out << scenario.name << "\n    " << scenario.shows << '\n';
  }
}

const scenarios::Scenario& require_scenario(const std::string& name) {
  if (name.empty()) {
    throw Error(ErrorKind::kUsage, "demo: name a SCENARIO: see heapscan demo --list");
  }
  const scenarios::Scenario* const scenario = scenarios::find(name);
  if (scenario != nullptr) {
    return *scenario;
  }
  std::vector<std::string> names;
  for (const scenarios::Scenario& known : scenarios::all()) {
    names.emplace_back(known.name);
  }
  throw Error(ErrorKind::kUsage, "demo: '" + name + "' is not a scenario" +
                                     did_you_mean(near_names(name, names, 2)) +
                                     ": see heapscan demo --list");
}

/// "cache.hsd" becomes "cache-2.hsd".
std::string numbered_path(const std::string& output, std::uint64_t number) {
  const std::filesystem::path path(output);
  std::filesystem::path numbered = path.parent_path() / path.stem();
  numbered += fmt::format("-{}", number);
  numbered += path.extension();
  return numbered.string();
}

/// Checks all dumps before the program runs.
void require_all_writable(const DemoCommand& command) {
  if (command.output.empty()) {
    throw Error(ErrorKind::kUsage, "demo: --output is required: see heapscan demo --help");
  }
  if (!command.series) {
    require_writable(command.output, command.force);
    return;
  }
  for (std::uint64_t number = 1; number <= command.steps; ++number) {
    require_writable(numbered_path(command.output, number), command.force);
  }
}

}  // namespace

Verb add_demo(CLI::App& app) {
  auto command = std::make_shared<DemoCommand>();
  CLI::App* sub = app.add_subcommand("demo", "Write the heap of a built-in program to a dump");
  sub->footer(kExamples);
  sub->add_option("SCENARIO", command->scenario, "The program")->option_text(" ");
  sub->add_flag("--list", command->list, "Show the scenarios and what each is about");
  sub->add_option("--steps", command->steps, "How many steps it runs (default 10)")
      ->check(count_validator())
      ->option_text("N");
  sub->add_option("-o,--output", command->output, "The dump")->option_text("FILE")->group("Output");
  sub->add_flag("--series", command->series,
                "A dump after each step, with -1, -2, ... before the\nextension of FILE")
      ->group("Output");
  sub->add_flag("-f,--force", command->force, "Overwrite FILE when it exists")->group("Output");
  add_choice(*sub, "--compression", command->compression,
             {{"none", formats::Compression::kNone}, {"zstd", formats::Compression::kZstd}},
             "zstd: several times smaller; none: opens faster\n(default zstd)")
      ->envname("HEAPSCAN_COMPRESSION")
      ->group("Output");
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const DemoCommand& command, const Console& console) {
  if (command.list) {
    print_list(console);
    return ExitCode::kDone;
  }
  const scenarios::Scenario& scenario = require_scenario(command.scenario);
  if (command.steps == 0) {
    throw Error(ErrorKind::kUsage, "demo: --steps: a program runs at least 1 step");
  }
  require_all_writable(command);
  const Messages messages(console, command.messages);
  const auto after_step = [&](std::uint64_t steps, const dump::runtime::Runtime& runtime) {
    if (!command.series && steps < command.steps) {
      return;
    }
    const std::string path = command.series ? numbered_path(command.output, steps) : command.output;
    const dump::Heap heap = scenarios::reproducible_dump(runtime);
    formats::write_hsd(heap, path, command.compression);
    messages.say(fmt::format(
        "{}: {}, {} after {} of {}", path, counted(heap.object_count(), "object"),
        counted(heap.reference_count(), "reference"), counted(steps, "step"), scenario.name));
  };
  scenarios::play(scenario, command.steps, after_step);
  return ExitCode::kDone;
}

}  // namespace heapscan::cli
