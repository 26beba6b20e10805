#include "dump/cpython/target/stopped_process.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>

#include "dump/error.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

/// Names the process that is already tracing, as only one can.
[[noreturn]] void throw_seize_error(pid_t pid, int error_number) {
  if (error_number == EPERM) {
    const std::string status = read_proc_file(pid, "status");
    const std::string tracer(status_value(status, "TracerPid"));
    if (!tracer.empty() && tracer != "0") {
      throw Error(ErrorKind::kTarget, "process " + std::to_string(pid) + ": process " + tracer +
                                          " is tracing it already: end that debugger first");
    }
  }
  throw_target_error(pid, "stop it (ptrace)", error_number);
}

}  // namespace

StoppedProcess::StoppedProcess(pid_t pid, std::chrono::milliseconds timeout)
    : pid_(pid), deadline_(std::chrono::steady_clock::now() + timeout) {
  try {
    // A running thread may start another one: finished once a pass over the list finds no new
    // thread.
    while (seize_new_threads()) {
      wait_for_all();
    }
    if (threads_.empty()) {
      throw_target_error(pid_, "stop it", ESRCH);
    }
  } catch (...) {
    release();
    throw;
  }
}

StoppedProcess::~StoppedProcess() {
  release();
}

std::vector<pid_t> StoppedProcess::quiet_threads() const {
  std::vector<pid_t> ids;
  for (const TracedThread& thread : threads_) {
    if (thread.stopped && thread.pending_signal == 0) {
      ids.push_back(thread.id);
    }
  }
  return ids;
}

std::vector<pid_t> StoppedProcess::stopped_threads() const {
  std::vector<pid_t> ids;
  for (const TracedThread& thread : threads_) {
    if (thread.stopped) {
      ids.push_back(thread.id);
    }
  }
  return ids;
}

bool StoppedProcess::seize_new_threads() {
  bool found = false;
  for (const pid_t id : read_thread_ids(pid_)) {
    const bool known = std::any_of(threads_.begin(), threads_.end(),
                                   [id](const TracedThread& thread) { return thread.id == id; });
    if (known) {
      continue;
    }
    if (::ptrace(PTRACE_SEIZE, id, nullptr, nullptr) != 0) {
      if (errno == ESRCH && id != pid_) {
        continue;  // Ended since it was listed.
      }
      throw_seize_error(pid_, errno);
    }
    threads_.push_back({id, false, 0});
    // Fails only for a thread that is ending, which the wait then reports.
    ::ptrace(PTRACE_INTERRUPT, id, nullptr, nullptr);
    found = true;
  }
  return found;
}

void StoppedProcess::wait_for_all() {
  for (TracedThread& thread : threads_) {
    if (!thread.stopped) {
      wait_for(thread);
    }
  }
  std::erase_if(threads_, [](const TracedThread& thread) { return thread.id == 0; });
}

void StoppedProcess::wait_for(TracedThread& thread) {
  auto pause = std::chrono::microseconds(20);
  while (true) {
    int status = 0;
    const pid_t changed = ::waitpid(thread.id, &status, __WALL | WNOHANG);
    if (changed < 0 && errno != EINTR) {
      thread.id = 0;
      return;
    }
    if (changed > 0) {
      if (WIFSTOPPED(status)) {
        thread.stopped = true;
        const bool by_interrupt = (status >> 16) == PTRACE_EVENT_STOP;
        thread.pending_signal = by_interrupt ? 0 : WSTOPSIG(status);
      } else {
        thread.id = 0;  // It ended.
      }
      return;
    }
    if (std::chrono::steady_clock::now() > deadline_) {
      throw Error(ErrorKind::kTarget,
                  "process " + std::to_string(pid_) + ": thread " + std::to_string(thread.id) +
                      " does not stop: it waits for a device or file system; try again later");
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(2000));
  }
}

void StoppedProcess::release() noexcept {
  // A thread that never reported a stop cannot be detached; it runs on, and is released when this
  // thread of heapscan ends.
  std::erase_if(threads_, [](const TracedThread& thread) {
    return ::ptrace(PTRACE_DETACH, thread.id, 0L, long{thread.pending_signal}) == 0 ||
           !thread.stopped;
  });
  // The threads left were killed meanwhile. A process cannot end before its tracer has waited for
  // each thread, and its first thread ends last.
  std::stable_partition(threads_.begin(), threads_.end(),
                        [this](const TracedThread& thread) { return thread.id != pid_; });
  for (const TracedThread& thread : threads_) {
    ::waitpid(thread.id, nullptr, __WALL);
  }
  threads_.clear();
}

}  // namespace heapscan::dump::cpython
