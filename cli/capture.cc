#include "cli/capture.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "cli/messages.h"
#include "cli/result.h"
#include "cli/size_text.h"
#include "cli/version.h"
#include "dump/cpython/capture.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan capture 4242                  write heapscan-4242.hsd\n"
    "  heapscan capture 4242 -o before.hsd\n"
    "  sudo heapscan capture $(pgrep -o gunicorn) -o before.hsd --no-values";

std::string stage_text(dump::cpython::CaptureStage stage) {
  using dump::cpython::CaptureStage;
  switch (stage) {
    case CaptureStage::kAttach:
      return "stopping the process";
    case CaptureStage::kCopy:
      return "copying its memory";
    case CaptureStage::kEnumerate:
      return "it runs on; finding its objects";
    case CaptureStage::kReferences:
      return "reading their references";
    case CaptureStage::kFinish:
      break;
  }
  return "finding what holds them";
}

/// The heap with the version of this program in its header.
dump::Heap signed_by_us(dump::Heap heap) {
  if (!heap.facts().heapscan.empty()) {
    return heap;
  }
  dump::HeapColumns columns = heap.columns();
  columns.facts.heapscan = version();
  return dump::Heap(std::move(columns));
}

std::string pause_text(const dump::Heap& heap) {
  const std::int64_t pause = heap.facts().pause_us;
  return pause < 0 ? std::string() : ", stopped for " + duration_text(pause);
}

}  // namespace

Verb add_capture(CLI::App& app) {
  auto command = std::make_shared<CaptureCommand>();
  CLI::App* sub =
      app.add_subcommand("capture", "Write the heap of a running CPython process to a dump");
  sub->footer(kExamples);
  sub->add_option("PID", command->pid, "The process")
      ->required()
      ->check(CLI::Validator(
          [](const std::string& text) {
            const bool digits = !text.empty() && text.size() < 10 &&
                                text.find_first_not_of("0123456789") == std::string::npos;
            return digits && std::stol(text) > 0 ? std::string()
                                                 : "'" + text + "' is not the number of a process";
          },
          ""))
      ->option_text(" ");
  sub->add_option("-o,--output", command->output, "The dump (default heapscan-PID.hsd)")
      ->option_text("FILE")
      ->group("Output");
  sub->add_flag("-f,--force", command->force, "Overwrite FILE when it exists")->group("Output");
  sub->add_flag("--no-values", command->no_values, "Keep no texts and numbers, only names")
      ->envname("HEAPSCAN_NO_VALUES")
      ->group("Output");
  add_choice(*sub, "--compression", command->compression,
             {{"none", formats::Compression::kNone}, {"zstd", formats::Compression::kZstd}},
             "zstd: several times smaller; none: opens faster\n(default zstd)")
      ->envname("HEAPSCAN_COMPRESSION")
      ->group("Output");
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const CaptureCommand& command, const Console& console) {
  const auto begin = std::chrono::steady_clock::now();
  const Messages messages(console, command.messages);
  const std::string output =
      command.output.empty() ? fmt::format("heapscan-{}.hsd", command.pid) : command.output;
  require_writable(output, command.force);

  dump::cpython::CaptureOptions options;
  options.values = !command.no_values;
  options.on_stage = [&messages](dump::cpython::CaptureStage stage) {
    messages.progress(stage_text(stage));
  };
  const dump::Heap heap = signed_by_us(dump::cpython::capture_process(command.pid, options));
  messages.progress("writing " + output);
  formats::write_hsd(heap, output, command.compression);

  std::error_code unknown;
  const std::uintmax_t file_size = std::filesystem::file_size(output, unknown);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  messages.say(fmt::format("{}: {}, {} ({} on disk); process {}{}; {:.1f} s in all", output,
                           counted(heap.object_count(), "object"),
                           counted(heap.reference_count(), "reference"),
                           unknown ? "?" : size_text(file_size, SizeUnit::kBinary), command.pid,
                           pause_text(heap), elapsed.count()));
  if (!heap.facts().complete) {
    messages.warn(output + ": parts of the heap could not be read: figures are lower bounds");
    return ExitCode::kPartial;
  }
  return ExitCode::kDone;
}

}  // namespace heapscan::cli
