#pragma once

#include <sys/types.h>

#include <chrono>
#include <vector>

namespace heapscan::dump::cpython {

/// Holds all threads of a process still while it exists.
///
/// Uses ptrace: PTRACE_SEIZE and PTRACE_INTERRUPT, which send no signal and are invisible to the
/// process. However heapscan dies, the kernel then lets the threads run on. A process that was
/// stopped before (SIGSTOP) stays stopped afterwards. Signals that arrive meanwhile are delivered.
/// Thread rule: created, used and destroyed on one thread, as ptrace requires.
class StoppedProcess {
 public:
  /// Stops the process, waiting at most `timeout` for threads that the system cannot stop at once.
  /// Throws Error(kTarget): no such process, no permission, traced by another, timed out.
  StoppedProcess(pid_t pid, std::chrono::milliseconds timeout);
  ~StoppedProcess();
  StoppedProcess(const StoppedProcess&) = delete;
  StoppedProcess& operator=(const StoppedProcess&) = delete;
  StoppedProcess(StoppedProcess&&) = delete;
  StoppedProcess& operator=(StoppedProcess&&) = delete;

  /// The threads that were stopped when no signal was about to be delivered to them.
  [[nodiscard]] std::vector<pid_t> quiet_threads() const;

  /// Those, and the threads with a signal held back.
  [[nodiscard]] std::vector<pid_t> stopped_threads() const;

 private:
  struct TracedThread {
    pid_t id = 0;
    bool stopped = false;
    int pending_signal = 0;  // Held back by the stop: delivered when the thread runs on.
  };

  [[nodiscard]] bool seize_new_threads();
  void wait_for_all();
  void wait_for(TracedThread& thread);
  void release() noexcept;

  pid_t pid_;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<TracedThread> threads_;
};

}  // namespace heapscan::dump::cpython
