#include "tests/unit/dump/cpython/waiting_python.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "dump/system/procfs.h"

namespace heapscan::tests {
namespace {

/// Until then it makes objects: those to read with.
void await_read_of_input(pid_t process) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  // Number of the call, and its first argument: read(0, ...).
  while (!dump::read_proc_file(process, "syscall").starts_with("0 0x0 ") &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

}  // namespace

WaitingPython::WaitingPython() {
  std::array<int, 2> input = {-1, -1};
  std::array<int, 2> output = {-1, -1};
  EXPECT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(input[0], STDIN_FILENO);
    ::dup2(output[1], STDOUT_FILENO);
    static constexpr const char* kProgram =
        "import sys, collections, threading\n"
        "held = [collections.deque([str(i)]) for i in range(500)]\n"
        "print(1, flush=True)\n"
        "sys.stdin.read()\n";
    for (const char* const name : {"python3.11", "python3"}) {
      ::execlp(name, name, "-c", kProgram, static_cast<char*>(nullptr));
    }
    ::_exit(127);
  }
  ::close(input[0]);
  ::close(output[1]);
  input_ = dump::FileDescriptor(input[1]);
  output_ = dump::FileDescriptor(output[0]);
  char byte = 0;
  EXPECT_EQ(::read(output_.get(), &byte, 1), 1) << "needs python3.11 or python3 on the PATH";
  await_read_of_input(pid_);
}

WaitingPython::~WaitingPython() {
  input_ = dump::FileDescriptor();
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace heapscan::tests
