#include "dump/cpython/target/injected_syscall.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include <elf.h>

#include "dump/cpython/target/process_maps.h"
#include "dump/cpython/target/return_frame.h"
#include "dump/error.h"
#include "dump/system/procfs.h"

// The steps of a call, and why the thread recovers if heapscan is killed after any of them:
//  1. the frames are written to the stack, below the red zone, where nothing reads them;
//  2. the registers are set for the call. From here on the thread, once detached, makes the call,
//     returns to the frame, and through it to where it was;
//  3. all signals are blocked, so that no handler sees these registers. The frame restores the
//     previously blocked signals;
//  4. the thread runs to the end of the call. A child is killed together with heapscan once that
//     option is set; before, it would find its own frame, by which it ends itself;
//  5. the thread is stopped by an interrupt again: only when leaving such a stop does the kernel
//     restart an interrupted system call;
//  6. blocked signals are restored, 7. registers are restored: the thread is where it was,
//  8. the stack is restored.
namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kRedZone = 128;
constexpr std::uint64_t kAlignment = 64;
constexpr std::size_t kLargestExtendedState = 64 << 10;
constexpr unsigned long long kUserCode64 = 0x33;
constexpr std::size_t kSignalSetSize = 8;  // The kernel's.
constexpr int kSyscallStop = SIGTRAP | 0x80;

std::vector<std::byte> read_extended_state(pid_t thread) {
  std::vector<std::byte> bytes(kLargestExtendedState);
  iovec place = {bytes.data(), bytes.size()};
  if (::ptrace(PTRACE_GETREGSET, thread, NT_X86_XSTATE, &place) != 0) {
    return {};
  }
  bytes.resize(place.iov_len);
  return bytes;
}

/// Whether the kernel restarts a call with this result, an errno value internal to the kernel.
bool is_restarted(std::uint64_t result) {
  constexpr std::int64_t kFirst = 512;  // ERESTARTSYS, ..., ERESTART_RESTARTBLOCK.
  constexpr std::int64_t kLast = 516;
  const auto error = -static_cast<std::int64_t>(result);
  return error >= kFirst && error <= kLast;
}

bool is_event(int status, int event) {
  return (status >> 16) == event;
}

}  // namespace

InjectedSyscall::InjectedSyscall(pid_t pid,
                                 pid_t thread,
                                 const CallCode& code,
                                 std::function<void()> on_step)
    : pid_(pid),
      thread_(thread),
      code_(code),
      on_step_(std::move(on_step)),
      memory_(open_memory(pid, O_RDWR)) {
  usable_ = memory_.is_open() && ::ptrace(PTRACE_GETREGS, thread, nullptr, &registers_) == 0 &&
            ::ptrace(PTRACE_GETSIGMASK, thread, kSignalSetSize, &blocked_) == 0 &&
            may_be_borrowed() && lay_out_frames();
}

void InjectedSyscall::step() const {
  if (on_step_) {
    on_step_();
  }
}

/// The kernel sends a thread that it preempted in a restartable sequence to the sequence's abort
/// handler, but only if it finds the thread inside: a thread must not be moved out of one.
bool InjectedSyscall::may_be_borrowed() const {
  if (registers_.cs != kUserCode64) {
    return false;
  }
  __ptrace_rseq_configuration sequences = {};
  if (::ptrace(PTRACE_GET_RSEQ_CONFIGURATION, thread_, sizeof(sequences), &sequences) <= 0) {
    // A kernel that does not report this (before 5.13): no sequence makes system calls.
    return static_cast<std::int64_t>(registers_.orig_rax) >= 0;
  }
  constexpr std::uint64_t kCurrentSequence = 8;  // struct rseq.
  std::uint64_t current = 0;
  return sequences.rseq_abi_pointer == 0 ||
         (::pread(memory_.get(), &current, sizeof(current),
                  static_cast<off_t>(sequences.rseq_abi_pointer + kCurrentSequence)) ==
              sizeof(current) &&
          current == 0);
}

/// The thread's frame, and above it that of a child: a signal handler called in between writes
/// below. Returns false if there is no room below the thread's stack.
bool InjectedSyscall::lay_out_frames() {
  extended_ = read_extended_state(thread_);
  if (extended_.empty()) {
    return false;
  }
  user_regs_struct end = registers_;
  end.rip = code_.call_and_return.value();
  end.rax = SYS_exit_group;
  end.rdi = 0;
  const std::vector<std::byte> of_child =
      make_return_frame({}, code_.signal_return, end, ~std::uint64_t{0}, {});
  const std::uint64_t own_size =
      make_return_frame({}, code_.signal_return, registers_, blocked_, extended_).size();
  const std::uint64_t room = kRedZone + of_child.size() + own_size + 2 * kAlignment;
  if (registers_.rsp < room) {
    return false;
  }
  const Address stack(registers_.rsp);
  child_frame_at_ = align_down(stack - (kRedZone + of_child.size()), kAlignment);
  frame_at_ = align_down(child_frame_at_ - own_size, kAlignment);
  const std::vector<MemoryMapping> mappings = read_maps(pid_);
  const bool on_stack =
      std::any_of(mappings.begin(), mappings.end(), [&](const MemoryMapping& mapping) {
        return mapping.begin <= frame_at_ && stack <= mapping.end && mapping.readable &&
               mapping.writable && !mapping.shared;
      });
  frames_ =
      make_return_frame(frame_at_, code_.signal_return, restarted(registers_), blocked_, extended_);
  frames_.resize(child_frame_at_ - frame_at_);
  frames_.insert(frames_.end(), of_child.begin(), of_child.end());
  overwritten_.resize(frames_.size());
  return on_stack && ::pread(memory_.get(), overwritten_.data(), overwritten_.size(),
                             static_cast<off_t>(frame_at_.value())) ==
                         static_cast<ssize_t>(overwritten_.size());
}

void InjectedSyscall::write(Address address, const std::vector<std::byte>& bytes) const {
  if (::pwrite(memory_.get(), bytes.data(), bytes.size(), static_cast<off_t>(address.value())) !=
      static_cast<ssize_t>(bytes.size())) {
    throw_target_error(pid_, "write to its stack", errno);
  }
}

int InjectedSyscall::wait_for_stop() const {
  int status = 0;
  pid_t changed = 0;
  do {
    changed = ::waitpid(thread_, &status, __WALL);
  } while (changed < 0 && errno == EINTR);
  if (changed < 0 || !WIFSTOPPED(status)) {
    throw_target_error(pid_, "make a system call in it", ESRCH);
  }
  return status;
}

InjectedSyscall::Result InjectedSyscall::call(long number,
                                              const std::array<std::uint64_t, 5>& arguments) {
  user_regs_struct changed = registers_;
  changed.orig_rax = ~0ULL;  // Keeps the kernel from restarting an interrupted call now.
  changed.rax = static_cast<unsigned long long>(number);
  changed.rip = code_.call_and_return.value();
  changed.rsp = frame_at_.value();
  changed.rdi = arguments[0];
  changed.rsi = arguments[1];
  changed.rdx = arguments[2];
  changed.r10 = arguments[3];
  changed.r8 = arguments[4];
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  write(frame_at_, frames_);
  step();
  ::ptrace(PTRACE_SETOPTIONS, thread_, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE);
  step();
  if (::ptrace(PTRACE_SETREGS, thread_, nullptr, &changed) != 0) {
    throw_target_error(pid_, "change the registers of a thread", errno);
  }
  step();
  ::ptrace(PTRACE_SETSIGMASK, thread_, kSignalSetSize, &kAll);
  step();
  Result result;
  finish_call(result);
  step();
  stop_after_call();
  step();
  ::ptrace(PTRACE_SETSIGMASK, thread_, kSignalSetSize, &blocked_);
  step();
  ::ptrace(PTRACE_SETREGS, thread_, nullptr, &registers_);
  step();
  write(frame_at_, overwritten_);
  return result;
}

/// Lets the thread run until it is about to return from the call.
void InjectedSyscall::finish_call(Result& result) const {
  bool in_call = false;
  long signal = 0;
  while (true) {
    if (::ptrace(PTRACE_SYSCALL, thread_, nullptr, signal) != 0) {
      throw_target_error(pid_, "make a system call in it", errno);
    }
    const int status = wait_for_stop();
    signal = 0;
    if (WSTOPSIG(status) == kSyscallStop) {
      if (std::exchange(in_call, true)) {
        user_regs_struct registers = {};
        ::ptrace(PTRACE_GETREGS, thread_, nullptr, &registers);
        result.value = static_cast<std::int64_t>(registers.rax);
        return;
      }
    } else if (is_event(status, PTRACE_EVENT_CLONE)) {
      adopt_child(result);
    } else if (!is_event(status, PTRACE_EVENT_STOP)) {
      // SIGSTOP cannot be blocked: it is passed on, and stops the thread once detached.
      signal = WSTOPSIG(status) == SIGSTOP ? SIGSTOP : 0;
    }
    step();
  }
}

void InjectedSyscall::adopt_child(Result& result) const {
  unsigned long child = 0;
  ::ptrace(PTRACE_GETEVENTMSG, thread_, nullptr, &child);
  result.child = static_cast<pid_t>(child);
  step();
  int status = 0;
  if (::waitpid(result.child, &status, __WALL) == result.child && WIFSTOPPED(status)) {
    step();
    ::ptrace(PTRACE_SETOPTIONS, result.child, nullptr, PTRACE_O_EXITKILL);
  }
}

/// Runs the thread from the end of the call to a stop by an interrupt.
void InjectedSyscall::stop_after_call() const {
  ::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr);
  step();
  long signal = 0;
  while (true) {
    if (::ptrace(PTRACE_CONT, thread_, nullptr, signal) != 0) {
      throw_target_error(pid_, "stop it", errno);
    }
    const int status = wait_for_stop();
    if (is_event(status, PTRACE_EVENT_STOP)) {
      return;
    }
    signal = WSTOPSIG(status) == SIGSTOP ? SIGSTOP : 0;
  }
}

void cancel_call(pid_t pid, pid_t thread, const CallCode& code, long number) {
  constexpr std::uint64_t kCallSize = 2;
  user_regs_struct registers = {};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) {
    return;
  }
  const auto call = static_cast<std::uint64_t>(number);
  const Address instruction(registers.rip);
  const bool before = instruction == code.call_and_return && registers.rax == call;
  const bool again = instruction == code.call_and_return + kCallSize &&
                     registers.orig_rax == call && is_restarted(registers.rax);
  // Its stack has the return frame, which no other thread has there.
  const FileDescriptor memory = open_memory(pid, O_RDONLY);
  Address back;
  if ((before || again) &&
      ::pread(memory.get(), &back, sizeof(back), static_cast<off_t>(registers.rsp)) ==
          sizeof(back) &&
      back == code.signal_return) {
    registers.rip = (code.call_and_return + kCallSize).value();
    registers.orig_rax = ~0ULL;
    ::ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
  }
}

}  // namespace heapscan::dump::cpython
