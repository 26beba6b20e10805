#include "cli/capture/capture.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/console/size_text.h"
#include "cli/console/version.h"
#include "dump/cpython/capture.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan capture 4242                  write heapscan-4242.hsd\n"
    "  heapscan capture 4242 -o before.hsd\n"
    "  sudo heapscan capture $(pgrep -o gunicorn) -o before.hsd --no-values\n"
    "  heapscan capture --core core.4242 -o crash.hsd\n"
    "  heapscan capture --core core.gz --sysroot /srv/image -o crash.hsd";

std::string stage_text(dump::cpython::CaptureStage stage, bool of_core) {
  using dump::cpython::CaptureStage;
  switch (stage) {
    case CaptureStage::kAttach:
      return "stopping the process";
    case CaptureStage::kCopy:
      return "copying its memory";
    case CaptureStage::kUnpack:
      return "unpacking the core";
    case CaptureStage::kEnumerate:
      return of_core ? "finding its objects" : "it runs on; finding its objects";
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

/// "process 42, stopped for 3 ms", "core of process 42".
std::string subject_text(const CaptureCommand& command, const dump::ProcessFacts& facts) {
  std::string text = command.core.empty() ? "" : "core of ";
  text += facts.pid < 0 ? "a process" : fmt::format("process {}", facts.pid);
  if (facts.pid_in_namespace >= 0) {
    text += fmt::format(" ({} in its container)", facts.pid_in_namespace);
  }
  return facts.pause_us < 0 ? text : text + ", stopped for " + duration_text(facts.pause_us);
}

std::string output_of(const CaptureCommand& command) {
  if (!command.output.empty()) {
    return command.output;
  }
  return command.core.empty() ? fmt::format("heapscan-{}.hsd", command.pid)
                              : std::filesystem::path(command.core).filename().string() + ".hsd";
}

void require_one_target(const CaptureCommand& command) {
  if ((command.pid == 0) == command.core.empty()) {
    throw Error(ErrorKind::kUsage, "give either a PID or --core FILE");
  }
}

}  // namespace

Verb add_capture(CLI::App& app) {
  auto command = std::make_shared<CaptureCommand>();
  CLI::App* sub =
      app.add_subcommand("capture", "Write the heap of a CPython process or core to a dump");
  sub->footer(kExamples);
  CLI::Option* const pid = sub->add_option("PID", command->pid, "The process");
  pid->check(CLI::Validator(
                 [](const std::string& text) {
                   const bool digits = !text.empty() && text.size() < 10 &&
                                       text.find_first_not_of("0123456789") == std::string::npos;
                   return digits && std::stol(text) > 0
                              ? std::string()
                              : "'" + text + "' is not the number of a process";
                 },
                 ""))
      ->option_text(" ");
  CLI::Option* const core = sub->add_option("--core", command->core, "Capture this core instead")
                                ->option_text("FILE")
                                ->group("Core");
  pid->excludes(core);
  sub->add_option("--exe", command->executable, "The program of the core")
      ->option_text("FILE")
      ->needs(core)
      ->group("Core");
  sub->add_option("--sysroot", command->sysroot, "Where the files of the core's machine are")
      ->option_text("DIR")
      ->needs(core)
      ->group("Core");
  sub->add_flag("--fork", command->fork,
                "Have the process copy itself by one clone()\n"
                "call: a shorter pause, at the costs that\n"
                "heapscan-capture(1) tells")
      ->excludes(core);
  sub->add_option("-o,--output", command->output,
                  "The dump (default heapscan-PID.hsd, or CORE.hsd)")
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
  sub->add_option("--tmpdir", command->scratch_directory,
                  "Where a temporary file may go that is as\n"
                  "large as the program (default: beside the dump)")
      ->option_text("DIR")
      ->envname("TMPDIR")
      ->group("Output");
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const CaptureCommand& command, const Console& console) {
  const auto begin = std::chrono::steady_clock::now();
  const Messages messages(console, command.messages);
  require_one_target(command);
  const std::string output = output_of(command);
  require_writable(output, command.force);

  dump::cpython::CaptureOptions options;
  options.values = !command.no_values;
  options.fork = command.fork;
  options.scratch_directory = command.scratch_directory.empty()
                                  ? std::filesystem::path(output).parent_path()
                                  : std::filesystem::path(command.scratch_directory);
  options.on_stage = [&](dump::cpython::CaptureStage stage) {
    messages.progress(stage_text(stage, !command.core.empty()));
  };
  options.on_warning = [&messages](const std::string& text) { messages.warn(text); };
  const dump::Heap heap = signed_by_us(
      command.core.empty() ? dump::cpython::capture_process(command.pid, options)
                           : dump::cpython::capture_core(
                                 command.core, {command.sysroot, command.executable}, options));
  messages.progress("writing " + output);
  formats::write_hsd(heap, output, command.compression);

  std::error_code unknown;
  const std::uintmax_t file_size = std::filesystem::file_size(output, unknown);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  messages.say(fmt::format("{}: {}, {} ({} on disk); {}; {:.1f} s in all", output,
                           counted(heap.object_count(), "object"),
                           counted(heap.reference_count(), "reference"),
                           unknown ? "?" : size_text(file_size, SizeUnit::kBinary),
                           subject_text(command, heap.facts()), elapsed.count()));
  if (!heap.facts().complete) {
    messages.warn(output + ": parts of the heap could not be read: figures are lower bounds");
    return ExitCode::kPartial;
  }
  return ExitCode::kDone;
}

}  // namespace heapscan::cli
