#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dump/process_facts.h"
#include "dump/system/file_descriptor.h"

namespace heapscan::dump {

/// The contents of /proc/PID/NAME. Throws Error(kTarget): no such process, no permission (with how
/// to get it), or the process exited meanwhile.
[[nodiscard]] std::string read_proc_file(pid_t pid, std::string_view name);

/// The memory of the process as a file (/proc/PID/mem), opened with O_RDONLY or O_RDWR. Not open if
/// the kernel refuses.
[[nodiscard]] FileDescriptor open_memory(pid_t pid, int access);

/// Throws the error for a failed system call on the process, with advice that fits the errno value.
[[noreturn]] void throw_target_error(pid_t pid, std::string_view action, int error_number);

/// The value in a line "KEY:   VALUE" of a status file; empty if there is none.
[[nodiscard]] std::string_view status_value(std::string_view status, std::string_view key);

/// The threads of the process at this moment. Throws Error(kTarget).
[[nodiscard]] std::vector<pid_t> read_thread_ids(pid_t pid);

/// The thread's name as the kernel has it; empty if unknown.
[[nodiscard]] std::string read_thread_name(pid_t pid, pid_t thread);

/// What the kernel knows about the process: command line, host, start, memory in use, time of day.
/// Throws Error(kTarget).
[[nodiscard]] ProcessFacts read_process_facts(pid_t pid);

}  // namespace heapscan::dump
