#pragma once

#include <sys/types.h>

#include <chrono>

namespace heapscan::cli {

/// Waits until a thread of the process sleeps in a system call that reads from the socket with this
/// inode, at most for `patience`. Returns at once where the system does not show system calls
/// (/proc/PID/syscall), or not those of this process.
///
/// Between writing to the socket and reading from it Python creates objects of its own, such as the
/// bytes to read into: a program that waits for its answer has all of them at every mark.
void wait_for_reader(pid_t process, ino_t socket, std::chrono::milliseconds patience);

}  // namespace heapscan::cli
