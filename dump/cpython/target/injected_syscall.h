#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/cpython/target/call_code.h"
#include "dump/system/file_descriptor.h"

namespace heapscan::dump::cpython {

/// A system call made in a thread of a stopped process, which has its registers, blocked signals
/// and stack restored afterwards.
///
/// Safe at every moment: before the registers are changed, a frame is written to unused stack.
/// Through it the thread itself returns to where it was, with all registers and blocked signals,
/// once the call is done. So if heapscan is killed in between, the program continues; only a sleep,
/// poll or the like with a timeout then ends with EINTR. Signals that arrive stay pending. The
/// kernel restarts a system call that the stop interrupted.
class InjectedSyscall {
 public:
  /// `thread` was stopped by StoppedProcess and no signal is held back for it. `on_step`, unless
  /// empty, is called between any two steps, for tests of what happens when heapscan ends there.
  InjectedSyscall(pid_t pid, pid_t thread, const CallCode& code, std::function<void()> on_step);

  /// False if the thread must be left alone: in a restartable sequence (rseq(2)), in 32-bit code,
  /// or without room on its stack.
  [[nodiscard]] bool usable() const { return usable_; }

  struct Result {
    std::int64_t value = 0;  ///< As the kernel returns it: an errno value is negative.
    pid_t child = 0;         ///< The process that the call created, stopped; 0 if none.
  };

  /// A child that the call creates is stopped before its first instruction and is killed with
  /// heapscan; its stack pointer must be child_stack(). Requires: usable(). Throws Error(kTarget)
  /// if the process ends meanwhile.
  [[nodiscard]] Result call(long number, const std::array<std::uint64_t, 5>& arguments);

  /// The stack for a child: if the child runs after all, this makes it end itself at once.
  [[nodiscard]] Address child_stack() const { return child_frame_at_; }

 private:
  void step() const;
  [[nodiscard]] bool may_be_borrowed() const;
  [[nodiscard]] bool lay_out_frames();
  [[nodiscard]] int wait_for_stop() const;
  void finish_call(Result& result) const;
  void adopt_child(Result& result) const;
  void stop_after_call() const;
  void write(Address address, const std::vector<std::byte>& bytes) const;

  pid_t pid_;
  pid_t thread_;
  CallCode code_;
  std::function<void()> on_step_;
  FileDescriptor memory_;
  user_regs_struct registers_ = {};
  std::uint64_t blocked_ = 0;
  std::vector<std::byte> extended_;
  Address frame_at_;
  Address child_frame_at_;
  std::vector<std::byte> frames_;
  std::vector<std::byte> overwritten_;
  bool usable_ = false;
};

/// Cancels a system call that an InjectedSyscall was about to make in a thread when its heapscan
/// died: the thread returns to where it was instead. Does nothing to a thread without such a call.
/// Requires: the thread was stopped by StoppedProcess, `code` is that of the call.
void cancel_call(pid_t pid, pid_t thread, const CallCode& code, long number);

}  // namespace heapscan::dump::cpython
