#pragma once

#include <sys/user.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// The frame that the kernel would put on a thread's stack to call a signal handler: a thread that
/// returns to `signal_return` with the stack pointer at the start of the frame gets all registers
/// and blocked signals of the frame (rt_sigreturn(2); struct rt_sigframe of the kernel's
/// arch/x86/include/asm/sigframe.h).
///
/// It is at the address `at`, a multiple of 64. `extended` is the state of the floating-point unit
/// as returned by PTRACE_GETREGSET (NT_X86_XSTATE); if empty, that state is reset.
[[nodiscard]] std::vector<std::byte> make_return_frame(Address at,
                                                       Address signal_return,
                                                       const user_regs_struct& registers,
                                                       std::uint64_t blocked_signals,
                                                       std::span<const std::byte> extended);

/// The registers with which a thread that was stopped in a system call restarts it, as the kernel
/// does by itself when the thread is detached normally.
[[nodiscard]] user_regs_struct restarted(user_regs_struct registers);

}  // namespace heapscan::dump::cpython
