#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "dump/cpython/target/call_code.h"
#include "dump/system/file_descriptor.h"

namespace heapscan::dump::cpython {

/// A thread of a stopped process that is made to do one system call, and has its registers,
/// blocked signals and stack back afterwards.
///
/// Safe at every moment: before the registers are changed, a frame is put onto unused stack by
/// which the thread itself returns to where it was, with all registers and blocked signals, when
/// the call is done and nobody is there to see to it. So when heapscan is killed in between, the
/// program goes on; only a sleep, poll or the like with a timeout ends with EINTR then. Signals
/// that arrive stay pending. A system call that the stop interrupted is made again by the kernel.
class InjectedSyscall {
 public:
  /// `thread` was stopped by StoppedProcess and no signal is held back for it. `on_step`, unless
  /// empty, is called between any two steps, for tests of what happens when heapscan ends there.
  InjectedSyscall(pid_t pid, pid_t thread, const CallCode& code, std::function<void()> on_step);

  /// False when the thread is in a state in which it must be left alone: in a restartable sequence
  /// (rseq(2)), in 32-bit code, without room on its stack.
  [[nodiscard]] bool usable() const { return usable_; }

  struct Result {
    std::int64_t value = 0;  ///< As the kernel returns it: an errno value is negative.
    pid_t child = 0;         ///< The process that the call has made, stopped; 0 when none.
  };

  /// A child that the call makes is stopped before its first instruction and is killed with
  /// heapscan; its stack pointer must be child_stack(). Requires: usable(). Throws Error(kTarget)
  /// when the process ends meanwhile.
  [[nodiscard]] Result call(long number, const std::array<std::uint64_t, 5>& arguments);

  /// The stack for a child: on it, a child that runs after all ends itself at once.
  [[nodiscard]] std::uint64_t child_stack() const { return child_frame_at_; }

 private:
  void step() const;
  [[nodiscard]] bool may_be_borrowed() const;
  [[nodiscard]] bool lay_out_frames();
  [[nodiscard]] int wait_for_stop() const;
  void finish_call(Result& result) const;
  void adopt_child(Result& result) const;
  void stop_after_call() const;
  void write(std::uint64_t address, const std::vector<std::byte>& bytes) const;

  pid_t pid_;
  pid_t thread_;
  CallCode code_;
  std::function<void()> on_step_;
  FileDescriptor memory_;
  user_regs_struct registers_ = {};
  std::uint64_t blocked_ = 0;
  std::vector<std::byte> extended_;
  std::uint64_t frame_at_ = 0;
  std::uint64_t child_frame_at_ = 0;
  std::vector<std::byte> frames_;
  std::vector<std::byte> overwritten_;
  bool usable_ = false;
};

/// Keeps a thread from a system call that a InjectedSyscall was to make in it when its heapscan
/// died: the thread goes back to where it was instead. Does nothing to a thread that has no such
/// call before it. Requires: the thread was stopped by StoppedProcess, `code` is that of the call.
void withdraw_call(pid_t pid, pid_t thread, const CallCode& code, long number);

}  // namespace heapscan::dump::cpython
