#include "cli/gate/gate_run.h"

#include <sys/types.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/console/result.h"
#include "cli/console/size_text.h"
#include "cli/gate/marked_program.h"
#include "dump/cpython/capture.h"
#include "dump/error.h"
#include "formats/hsd/hsd.h"

namespace heapscan::cli {
namespace {

/// The captures of one run of the program.
class Recording {
 public:
  Recording(const RunRequest& request, const Messages& messages)
      : request_(request), messages_(messages) {
    if (!request.baseline.empty()) {
      series_.names.push_back(request.baseline);
      series_.profiles.push_back(load_profile(request.baseline, request.held, messages));
    }
    if (!request.keep.empty()) {
      make_directory();
    }
  }

  /// Captures the process at the mark if it is the one that the series is of. The program waits.
  void take(const MarkedProgram::Mark& mark, MarkedProgram& program) {
    if (failure_) {
      return program.go_on();
    }
    if (process_ != 0 && mark.process != process_) {
      messages_.warn(fmt::format("a mark of process {} is ignored: the series is of process {}",
                                 mark.process, process_));
      return program.go_on();
    }
    if (mark.is_end && captures_ >= request_.warm_up + needed()) {
      return program.go_on();
    }
    process_ = mark.process;
    try {
      capture(mark, program);
    } catch (const Error& error) {
      // Let the program finish; its exit status matters more than this failure.
      failure_ = error;
      program.go_on();
    }
  }

  [[nodiscard]] Series finish() && {
    if (failure_) {
      throw Error(failure_->kind(), failure_->what());
    }
    const std::size_t kept = captures_ - std::min(captures_, request_.warm_up);
    if (kept < needed()) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("gate: {} of the program, at least {} required{}: mark more points "
                              "(see MARKS in heapscan-gate(1))",
                              counted(captures_, "capture"), needed() + request_.warm_up,
                              request_.warm_up == 0 ? "" : ", including those of --warm-up"));
    }
    compare_series(series_, messages_);
    return std::move(series_);
  }

 private:
  /// The smallest number of captures that can be compared.
  [[nodiscard]] std::size_t needed() const { return request_.baseline.empty() ? 2 : 1; }

  void make_directory() const {
    std::error_code problem;
    std::filesystem::create_directories(request_.keep, problem);
    if (problem) {
      throw Error(ErrorKind::kOutput,
                  system_error_text("create directory " + request_.keep, problem.value()));
    }
  }

  void capture(const MarkedProgram::Mark& mark, MarkedProgram& program) {
    messages_.progress(fmt::format("capturing process {}", mark.process));
    dump::cpython::CaptureOptions options;
    options.values = request_.values && !request_.keep.empty();
    const dump::Heap heap = dump::cpython::capture_process(mark.process, options);
    program.go_on();
    ++captures_;
    std::string name = mark.is_end ? "end" : fmt::format("mark {}", captures_);
    if (!request_.keep.empty()) {
      name = fmt::format("{}/{:03}.hsd", request_.keep, captures_);
      require_writable(name, request_.force);
      formats::write_hsd(heap, name, formats::Compression::kZstd);
    }
    if (captures_ <= request_.warm_up) {
      return;
    }
    series_.names.push_back(std::move(name));
    const analysis::PathForest paths(heap);
    series_.profiles.push_back(analysis::profile_of(heap, paths));
    if (request_.held) {
      analysis::add_held(series_.profiles.back(), heap, paths);
    }
  }

  const RunRequest& request_;
  const Messages& messages_;
  Series series_;
  std::size_t captures_ = 0;
  pid_t process_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

RunOutcome run_program_marked(const RunRequest& request, const Messages& messages) {
  Recording recording(request, messages);
  MarkedProgram program(request.command);
  while (const std::optional<MarkedProgram::Mark> mark = program.next()) {
    recording.take(*mark, program);
  }
  RunOutcome outcome;
  outcome.exit_status = program.exit_status();
  if (outcome.exit_status != 0) {
    messages.say(fmt::format("the program failed with exit status {}: its growth was not checked",
                             outcome.exit_status));
    return outcome;
  }
  outcome.series = std::move(recording).finish();
  return outcome;
}

}  // namespace heapscan::cli
