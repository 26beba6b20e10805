#pragma once

#include <sys/types.h>

#include <optional>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// Two places in the code of a process, from its C library, by which a system call can be made.
struct CallCode {
  Address call_and_return;  ///< syscall; ret
  Address signal_return;    ///< mov $15 (rt_sigreturn), %rax; syscall
};

/// Looks for them in the files that the process executes; nothing when they are not there.
/// Throws Error(kTarget).
[[nodiscard]] std::optional<CallCode> find_call_code(pid_t pid);

}  // namespace heapscan::dump::cpython
