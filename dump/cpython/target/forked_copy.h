#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "dump/cpython/target/call_code.h"
#include "dump/cpython/target/stopped_process.h"

namespace heapscan::dump::cpython {

/// A copy of a process, created by a clone() call that is injected into one of its threads: it
/// shares all memory with the process until the process writes to it, is stopped from beginning to
/// end, and never runs a single instruction. It shares the table of open files, so that a file that
/// the program closes is really closed. The program gets no signal for it, and wait() does not
/// report it.
///
/// When heapscan dies, the kernel kills the copy. A zombie then remains until remove_ended_copy()
/// is called.
class ForkedCopy {
 public:
  /// Null if no thread is in a state in which it can make a system call: try again later. Requires:
  /// `stopped` holds the process, require_forkable(pid). Throws Error(kTarget): limits or memory do
  /// not allow a copy. `on_step`: see InjectedSyscall.
  [[nodiscard]] static std::unique_ptr<ForkedCopy> try_make(
      pid_t pid,
      const StoppedProcess& stopped,
      const CallCode& code,
      const std::function<void()>& on_step = {});

  ~ForkedCopy();
  ForkedCopy(const ForkedCopy&) = delete;
  ForkedCopy& operator=(const ForkedCopy&) = delete;
  ForkedCopy(ForkedCopy&&) = delete;
  ForkedCopy& operator=(ForkedCopy&&) = delete;

  [[nodiscard]] pid_t pid() const { return copy_; }

  /// Kills the copy and stops the process for a moment to make it reap the copy. Returns false if
  /// the zombie remains because no thread is in a state to do that.
  bool end(std::chrono::milliseconds timeout);

 private:
  ForkedCopy(pid_t process, pid_t copy) : process_(process), copy_(copy) {}

  pid_t process_;
  pid_t copy_;
};

/// Throws Error(kTarget) if no system call may be made in the process: it runs under seccomp, whose
/// filter might kill it, or with a shadow stack.
void require_forkable(pid_t pid);

/// After heapscan died while copying the process: cancels the copy that one of the process's
/// threads is about to make. A copy made by then is found by find_silent_children(). Returns false
/// if the process cannot be stopped now: try again.
[[nodiscard]] bool cancel_copy(pid_t pid, std::chrono::milliseconds timeout);

/// The children of the process that end without a signal to it, as a copy does.
[[nodiscard]] std::vector<pid_t> find_silent_children(pid_t pid);

/// Waits until a copy of the process that is being killed has ended, and reaps it. Returns false if
/// the zombie remains.
bool remove_ended_copy(pid_t pid, pid_t copy, std::chrono::milliseconds timeout);

}  // namespace heapscan::dump::cpython
