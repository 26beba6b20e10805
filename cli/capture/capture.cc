#include "cli/capture/capture.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/console/size_text.h"
#include "cli/console/version.h"
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
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
      return of_core ? "finding its objects" : "process resumed; finding its objects";
    case CaptureStage::kReferences:
      return "reading their references";
    case CaptureStage::kFinish:
      break;
  }
  return "finding what holds them";
}

/// The heap with the version of heapscan in its header.
dump::Heap with_our_version(dump::Heap heap) {
  if (!heap.facts().heapscan.empty()) {
    return heap;
  }
  dump::HeapColumns columns = heap.columns();
  columns.facts.heapscan = version();
  return dump::Heap(std::move(columns));
}

/// "process 42, stopped for 3 ms", "core of process 42".
std::string subject_text(const CaptureRequest& request, const dump::ProcessFacts& facts) {
  std::string text = std::holds_alternative<CoreTarget>(request.target) ? "core of " : "";
  text += facts.pid < 0 ? "a process" : fmt::format("process {}", facts.pid);
  if (facts.pid_in_namespace >= 0) {
    text += fmt::format(" ({} in its container)", facts.pid_in_namespace);
  }
  return facts.pause_us < 0 ? text : text + ", stopped for " + duration_text(facts.pause_us);
}

/// The command line.
struct CaptureOptions {
  pid_t pid = 0;  ///< 0: a core.
  CoreTarget core;
  std::string output;             ///< Empty: named after the target, in the current directory.
  std::string scratch_directory;  ///< Empty: beside the output.
  bool force = false;
  bool fork = false;
  bool no_values = false;
  formats::Compression compression = formats::Compression::kZstd;
  MessageOptions messages;
};

CaptureRequest request_of(const CaptureOptions& options) {
  const bool is_core = !options.core.file.empty();
  if ((options.pid != 0) == is_core) {
    throw Error(ErrorKind::kUsage, "missing argument: PID or --core FILE");
  }
  CaptureRequest request;
  request.output = options.output;
  if (is_core) {
    request.target = options.core;
  } else {
    request.target = options.pid;
  }
  if (request.output.empty()) {
    request.output = is_core ? std::filesystem::path(options.core.file).filename().string() + ".hsd"
                             : fmt::format("heapscan-{}.hsd", options.pid);
  }
  request.scratch_directory = options.scratch_directory.empty()
                                  ? std::filesystem::path(request.output).parent_path().string()
                                  : options.scratch_directory;
  request.force = options.force;
  request.fork = options.fork;
  request.values = !options.no_values;
  request.compression = options.compression;
  request.messages = options.messages;
  return request;
}

pid_t parse_pid(const std::string& text) {
  try {
    return static_cast<pid_t>(parse_number(text, 1));
  } catch (const Error&) {
    throw Error(ErrorKind::kUsage, "'" + text + "' is not a process ID");
  }
}

std::vector<Option> target_options(CaptureOptions& options) {
  return {{.names = "--core",
           .value = "FILE",
           .help = "Capture this core file instead of a process",
           .target = text_value(options.core.file),
           .group = "Core",
           .excludes = {"PID"}},
          {.names = "--exe",
           .value = "FILE",
           .help = "The executable that dumped the core",
           .target = text_value(options.core.executable),
           .group = "Core",
           .needs = {"--core"}},
          {.names = "--sysroot",
           .value = "DIR",
           .help = "Root directory with the files of the core's\nmachine",
           .target = text_value(options.core.sysroot),
           .group = "Core",
           .needs = {"--core"}},
          {.names = "--fork",
           .help = "Make the process fork a copy of itself: a shorter\n"
                   "pause, at a cost (see heapscan-capture(1))",
           .target = &options.fork,
           .excludes = {"--core"}}};
}

std::vector<Option> dump_options(CaptureOptions& options) {
  return {{.names = "-o,--output",
           .value = "FILE",
           .help = "The dump (default heapscan-PID.hsd, or CORE.hsd)",
           .target = text_value(options.output),
           .group = "Output"},
          force_option(options.force),
          no_values_option(options.no_values, "Omit the values of strings and numbers", "Output"),
          compression_option(options.compression),
          {.names = "--tmpdir",
           .value = "DIR",
           .help = "Directory for a temporary file as large as the\n"
                   "program's memory (default: that of the dump)",
           .target = text_value(options.scratch_directory),
           .group = "Output",
           .variable = "TMPDIR"}};
}

dump::Heap capture(const CaptureRequest& request, const Messages& messages) {
  const CoreTarget* const core = std::get_if<CoreTarget>(&request.target);
  dump::cpython::CaptureOptions options;
  options.values = request.values;
  options.fork = request.fork;
  options.scratch_directory = request.scratch_directory;
  options.on_stage = [&messages, core](dump::cpython::CaptureStage stage) {
    messages.progress(stage_text(stage, core != nullptr));
  };
  options.on_warning = [&messages](const std::string& text) { messages.warn(text); };
  return core == nullptr
             ? dump::cpython::capture_process(std::get<pid_t>(request.target), options)
             : dump::cpython::capture_core(core->file, {core->sysroot, core->executable}, options);
}

}  // namespace

Verb capture_verb() {
  const auto options = std::make_shared<CaptureOptions>();
  return {.name = "capture",
          .summary = "Write the heap of a process or core file to a dump",
          .examples = kExamples,
          .arguments = {{.name = "PID",
                         .help = "The process to capture",
                         .take = parsed(options->pid, parse_pid)}},
          .options = concatenated({target_options(*options), dump_options(*options),
                                   message_options(options->messages)}),
          .run = [options](const Console& console) { return run(request_of(*options), console); }};
}

ExitCode run(const CaptureRequest& request, const Console& console) {
  const auto begin = std::chrono::steady_clock::now();
  const Messages messages(console, request.messages);
  const std::string& output = request.output;
  require_writable(output, request.force);
  const dump::Heap heap = with_our_version(capture(request, messages));
  messages.progress("writing " + output);
  formats::write_hsd(heap, output, request.compression);

  std::error_code unknown;
  const std::uintmax_t file_size = std::filesystem::file_size(output, unknown);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  messages.say(fmt::format("{}: {}, {} ({} on disk); {}; {:.1f} s in all", output,
                           counted(heap.object_count(), "object"),
                           counted(heap.reference_count(), "reference"),
                           unknown ? "?" : size_text(file_size, SizeUnit::kBinary),
                           subject_text(request, heap.facts()), elapsed.count()));
  if (!heap.facts().complete) {
    messages.warn(output + ": parts of the heap could not be read: figures are lower bounds");
    return ExitCode::kPartial;
  }
  return ExitCode::kDone;
}

}  // namespace heapscan::cli
