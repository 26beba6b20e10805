#pragma once

#include <sys/types.h>

#include <optional>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// Two places in the code of a process, in its C library, that a system call can be made from.
struct CallCode {
  Address call_and_return;  ///< syscall; ret
  Address signal_return;    ///< mov $15 (rt_sigreturn), %rax; syscall
};

/// Searches the files that the process executes; nothing if they are not found. Throws
/// Error(kTarget).
[[nodiscard]] std::optional<CallCode> find_call_code(pid_t pid);

}  // namespace heapscan::dump::cpython
