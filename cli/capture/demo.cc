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
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
#include "dump/error.h"
#include "dump/runtime/scenarios/scenario.h"

namespace heapscan::cli {
namespace {

namespace scenarios = dump::runtime::scenarios;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan demo --list                             list the scenarios\n"
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
    throw Error(ErrorKind::kUsage, "demo: missing argument SCENARIO: see heapscan demo --list");
  }
  const scenarios::Scenario* const scenario = scenarios::find(name);
  if (scenario != nullptr) {
    return *scenario;
  }
  std::vector<std::string> names;
  for (const scenarios::Scenario& known : scenarios::all()) {
    names.emplace_back(known.name);
  }
  throw Error(ErrorKind::kUsage, see_also("demo: unknown scenario '" + name + "'" +
                                              did_you_mean(near_names(name, names, 2)),
                                          "heapscan demo --list"));
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
void require_all_writable(const DemoRequest& request) {
  if (!request.series) {
    require_writable(request.output, request.force);
    return;
  }
  for (std::uint64_t number = 1; number <= request.steps; ++number) {
    require_writable(numbered_path(request.output, number), request.force);
  }
}

/// The command line.
struct DemoOptions {
  std::string scenario;
  bool list = false;
  DemoRequest request;  ///< The rest.
};

DemoRequest request_of(const DemoOptions& options) {
  DemoRequest request = options.request;
  if (options.list) {
    return request;
  }
  request.scenario = &require_scenario(options.scenario);
  if (request.steps == 0) {
    throw Error(ErrorKind::kUsage, "demo: --steps: at least 1 step is required");
  }
  if (request.output.empty()) {
    throw Error(ErrorKind::kUsage, "demo: --output is required: see heapscan demo --help");
  }
  return request;
}

std::vector<Option> demo_options(DemoOptions& options) {
  DemoRequest& request = options.request;
  return {{.names = "--list",
           .help = "List the scenarios and what each demonstrates",
           .target = &options.list},
          {.names = "--steps",
           .value = "N",
           .help = "Number of steps to run (default 10)",
           .target = number_value(request.steps)},
          {.names = "-o,--output",
           .value = "FILE",
           .help = "The dump to write",
           .target = text_value(request.output),
           .group = "Output"},
          {.names = "--series",
           .help = "Write a dump after each step, with -1, -2, ...\nbefore the extension of FILE",
           .target = &request.series,
           .group = "Output"},
          force_option(request.force),
          compression_option(request.compression)};
}

}  // namespace

Verb demo_verb() {
  const auto options = std::make_shared<DemoOptions>();
  return {
      .name = "demo",
      .summary = "Write the heap of a built-in program to a dump",
      .examples = kExamples,
      .arguments = {{.name = "SCENARIO",
                     .help = "The scenario to run",
                     .take = text_value(options->scenario)}},
      .options = concatenated({demo_options(*options), message_options(options->request.messages)}),
      .run = [options](const Console& console) { return run(request_of(*options), console); }};
}

ExitCode run(const DemoRequest& request, const Console& console) {
  if (request.scenario == nullptr) {
    print_list(console);
    return ExitCode::kDone;
  }
  const scenarios::Scenario& scenario = *request.scenario;
  require_all_writable(request);
  const Messages messages(console, request.messages);
  const auto after_step = [&](std::uint64_t steps, const dump::runtime::Runtime& runtime) {
    if (!request.series && steps < request.steps) {
      return;
    }
    const std::string path = request.series ? numbered_path(request.output, steps) : request.output;
    const dump::Heap heap = scenarios::reproducible_dump(runtime);
    formats::write_hsd(heap, path, request.compression);
    messages.say(fmt::format(
        "{}: {}, {} after {} of {}", path, counted(heap.object_count(), "object"),
        counted(heap.reference_count(), "reference"), counted(steps, "step"), scenario.name));
  };
  scenarios::play(scenario, request.steps, after_step);
  return ExitCode::kDone;
}

}  // namespace heapscan::cli
