#include "dump/cpython/target/return_frame.h"

#include <cerrno>
#include <cstring>

#include <asm/sigcontext.h>
#include <ucontext.h>

namespace heapscan::dump::cpython {
namespace {

// uc_flags of arch/x86/include/uapi/asm/ucontext.h.
constexpr std::uint64_t kHasExtendedState = 1;
constexpr std::uint64_t kHasStackSegment = 2;
constexpr std::uint64_t kStrictStackSegment = 4;
/// An invalid mode: makes the kernel leave the thread's alternative stack as it is.
constexpr int kLeaveAlternativeStack = 0x7FFF;

// Results that only the kernel sees (include/linux/errno.h).
constexpr std::int64_t kRestartSystemCall = -512;
constexpr std::int64_t kRestartNoInterrupt = -513;
constexpr std::int64_t kRestartNoHandler = -514;
constexpr std::int64_t kRestartBlock = -516;

constexpr std::size_t kSyscallSize = 2;
constexpr std::size_t kAlignment = 64;
/// The size of the kernel's siginfo, which nothing reads.
constexpr std::size_t kSignalInfoSize = 128;
/// Where the floating-point area describes itself (struct _fpstate_64).
constexpr std::size_t kSoftwareBytes = 464;

void fill(ucontext_t& context, const user_regs_struct& from) {
  greg_t* const to = static_cast<greg_t*>(context.uc_mcontext.gregs);
  const auto set = [to](int place, unsigned long long value) {
    to[place] = static_cast<greg_t>(value);
  };
  set(REG_R8, from.r8);
  set(REG_R9, from.r9);
  set(REG_R10, from.r10);
  set(REG_R11, from.r11);
  set(REG_R12, from.r12);
  set(REG_R13, from.r13);
  set(REG_R14, from.r14);
  set(REG_R15, from.r15);
  set(REG_RDI, from.rdi);
  set(REG_RSI, from.rsi);
  set(REG_RBP, from.rbp);
  set(REG_RBX, from.rbx);
  set(REG_RDX, from.rdx);
  set(REG_RAX, from.rax);
  set(REG_RCX, from.rcx);
  set(REG_RSP, from.rsp);
  set(REG_RIP, from.rip);
  set(REG_EFL, from.eflags);
  set(REG_CSGSFS, (from.cs & 0xFFFF) | (from.gs & 0xFFFF) << 16U | (from.fs & 0xFFFF) << 32U |
                      (from.ss & 0xFFFF) << 48U);
}

template <class T>
void put(std::vector<std::byte>& bytes, std::size_t at, const T& value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
}

/// Marks the area as one that sigreturn restores completely.
void seal(std::vector<std::byte>& bytes, std::size_t at, std::size_t size) {
  _fpx_sw_bytes software = {};
  // PTRACE_GETREGSET has the mask of what the area holds in the same place.
  std::memcpy(&software.xfeatures, bytes.data() + at + kSoftwareBytes, sizeof(software.xfeatures));
  software.magic1 = FP_XSTATE_MAGIC1;
  software.xstate_size = static_cast<std::uint32_t>(size);
  software.extended_size = static_cast<std::uint32_t>(size + FP_XSTATE_MAGIC2_SIZE);
  put(bytes, at + kSoftwareBytes, software);
  put(bytes, at + size, std::uint32_t{FP_XSTATE_MAGIC2});
}

}  // namespace

std::vector<std::byte> make_return_frame(Address at,
                                         Address signal_return,
                                         const user_regs_struct& registers,
                                         std::uint64_t blocked_signals,
                                         std::span<const std::byte> extended) {
  const std::size_t context_at = sizeof(signal_return);
  const std::size_t extended_at =
      (context_at + sizeof(ucontext_t) + kSignalInfoSize + kAlignment - 1) / kAlignment *
      kAlignment;
  ucontext_t context = {};
  fill(context, registers);
  context.uc_flags = kHasStackSegment | kStrictStackSegment;
  context.uc_stack.ss_flags = kLeaveAlternativeStack;
  std::memcpy(&context.uc_sigmask, &blocked_signals, sizeof(blocked_signals));
  std::vector<std::byte> bytes(extended_at +
                               (extended.empty() ? 0 : extended.size() + FP_XSTATE_MAGIC2_SIZE));
  if (!extended.empty()) {
    context.uc_flags |= kHasExtendedState;
    const std::uint64_t address = (at + extended_at).value();
    std::memcpy(&context.uc_mcontext.fpregs, &address, sizeof(address));
    std::memcpy(bytes.data() + extended_at, extended.data(), extended.size());
    seal(bytes, extended_at, extended.size());
  }
  put(bytes, 0, signal_return);
  put(bytes, context_at, context);
  return bytes;
}

user_regs_struct restarted(user_regs_struct registers) {
  const auto in_call = static_cast<std::int64_t>(registers.orig_rax) >= 0;
  const auto result = static_cast<std::int64_t>(registers.rax);
  if (!in_call) {
    return registers;
  }
  if (result == kRestartSystemCall || result == kRestartNoInterrupt ||
      result == kRestartNoHandler) {
    registers.rax = registers.orig_rax;
    registers.rip -= kSyscallSize;
  } else if (result == kRestartBlock) {
    // What it was waiting for is lost with the kernel's state.
    registers.rax = static_cast<unsigned long long>(-EINTR);
  }
  return registers;
}

}  // namespace heapscan::dump::cpython
