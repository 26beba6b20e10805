#pragma once

#include <cstdint>
#include <string>

#include "cli/console/options.h"
#include "cli/verb/verb.h"
#include "dump/runtime/scenarios/scenario.h"
#include "formats/hsd/hsd.h"

namespace heapscan::cli {

struct DemoRequest {
  /// Null: list all scenarios.
  const dump::runtime::scenarios::Scenario* scenario = nullptr;
  std::string output;
  std::uint64_t steps = 10;  ///< At least 1.
  bool series = false;       ///< A dump after each step.
  bool force = false;
  formats::Compression compression = formats::Compression::kZstd;
  MessageOptions messages;
};

/// `heapscan demo`: writes the heap of a built-in program to a dump file or a series of them.
[[nodiscard]] Verb demo_verb();

[[nodiscard]] ExitCode run(const DemoRequest& request, const Console& console);

}  // namespace heapscan::cli
