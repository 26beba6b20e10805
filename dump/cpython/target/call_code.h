#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace heapscan::dump::cpython {

/// Two places in the code of a process, as its C library has them, that a system call can be made
/// with.
struct CallCode {
  std::uint64_t call_and_return = 0;  ///< syscall; ret
  std::uint64_t signal_return = 0;    ///< mov $15 (rt_sigreturn), %rax; syscall
};

/// Looks for them in the files that the process executes; nothing when it has them not.
/// Throws Error(kTarget).
[[nodiscard]] std::optional<CallCode> find_call_code(pid_t pid);

}  // namespace heapscan::dump::cpython
