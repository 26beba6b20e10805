#pragma once

#include <cstdint>
#include <string>

#include "cli/console/options.h"
#include "formats/hsd/hsd.h"

namespace heapscan::cli {

struct DemoCommand {
  std::string scenario;
  std::string output;
  std::uint64_t steps = 10;
  bool list = false;
  bool series = false;
  bool force = false;
  formats::Compression compression = formats::Compression::kZstd;
  MessageOptions messages;
};

/// `heapscan demo`: the heap of a built-in program, to a dump file or a series of them.
[[nodiscard]] Verb add_demo(CLI::App& app);

[[nodiscard]] ExitCode run(const DemoCommand& command, const Console& console);

}  // namespace heapscan::cli
