#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "dump/cpython/target/call_code.h"
#include "dump/cpython/target/stopped_process.h"

namespace heapscan::dump::cpython {

/// A copy of a process, made by a clone() call that is injected into one of its threads: it shares
/// all memory with the process until that writes to it, is stopped from its beginning to its end,
/// and never runs one instruction. It shares the table of open files, so that a file that the
/// program closes is closed. The program gets no signal for it, and wait() does not see it.
///
/// When heapscan dies, the system kills the copy. What then stays is an entry in the table of
/// processes, until somebody calls remove_ended_copy().
class ForkedCopy {
 public:
  /// Null when none of the threads is in a state in which it can make a system call: another
  /// instant may be better. Requires: `stopped` holds the process, require_forkable(pid). Throws
  /// Error(kTarget): limits or memory do not allow a copy. `on_step`: see InjectedSyscall.
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

  /// Kills the copy and stops the process for an instant to make it take note. False when the
  /// entry in the table of processes stays, as no thread is in a state for that.
  bool end(std::chrono::milliseconds timeout);

 private:
  ForkedCopy(pid_t process, pid_t copy) : process_(process), copy_(copy) {}

  pid_t process_;
  pid_t copy_;
};

/// Throws Error(kTarget) when a system call may not be made in the process: it runs under seccomp,
/// whose filter might end it, or with a shadow stack. Says nothing otherwise.
void require_forkable(pid_t pid);

/// After the death of a heapscan that was about to make a copy of the process: the copy that one of
/// its threads is on its way to make is not made. What is made by then is found by
/// find_silent_children(). False when the process cannot be stopped now, and must be tried again.
[[nodiscard]] bool withdraw_copy(pid_t pid, std::chrono::milliseconds timeout);

/// The children of the process whose end it would get no signal for, as is that of a copy.
[[nodiscard]] std::vector<pid_t> find_silent_children(pid_t pid);

/// Waits until a copy of the process, which is being killed, has ended, and removes what it left in
/// the table of processes. False when that stays.
bool remove_ended_copy(pid_t pid, pid_t copy, std::chrono::milliseconds timeout);

}  // namespace heapscan::dump::cpython
