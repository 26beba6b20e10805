#include "dump/cpython/target/fork_watch.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include "dump/cpython/target/forked_copy.h"
#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

constexpr auto kPatience = std::chrono::seconds(20);
constexpr auto kBetweenTries = std::chrono::milliseconds(10);
constexpr auto kLateness = std::chrono::seconds(2);
constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

void watch(pid_t pid, int pipe, pid_t heapscan, const std::vector<pid_t>& before) {
  ::setsid();
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  // Readers of heapscan's output must not have to wait for the watch.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::close(stream);
  }
  char over = 0;
  ssize_t got = 0;
  do {
    got = ::read(pipe, &over, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 1) {
    return;
  }
  // When heapscan ends, the pipe closes first and the process is released a little later.
  while (::getppid() == heapscan) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  // The thread may still be about to make the copy. After this it has made it or never will,
  const auto last_try = std::chrono::steady_clock::now() + kPatience;
  while (!cancel_copy(pid, kPatience) && std::chrono::steady_clock::now() < last_try) {
    std::this_thread::sleep_for(kBetweenTries);
  }
  // unless it is in the handler of a signal that came before it had blocked them.
  const auto last_look = std::chrono::steady_clock::now() + kLateness;
  do {
    for (const pid_t child : find_silent_children(pid)) {
      if (std::find(before.begin(), before.end(), child) == before.end()) {
        (void)remove_ended_copy(pid, child, kPatience);
      }
    }
    std::this_thread::sleep_for(kBetweenLooks);
  } while (std::chrono::steady_clock::now() < last_look);
}

}  // namespace

ForkWatch::ForkWatch(pid_t pid) {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Error(ErrorKind::kInternal, system_error_text("make a pipe", errno));
  }
  const FileDescriptor read_end(ends[0]);
  pipe_ = FileDescriptor(ends[1]);
  const pid_t heapscan = ::getpid();
  const std::vector<pid_t> before = find_silent_children(pid);
  watcher_ = ::fork();
  if (watcher_ < 0) {
    throw Error(ErrorKind::kInternal, system_error_text("fork", errno));
  }
  if (watcher_ == 0) {
    pipe_ = FileDescriptor();
    watch(pid, read_end.get(), heapscan, before);
    ::_exit(0);
  }
}

ForkWatch::~ForkWatch() {
  constexpr char kOver = 1;
  if (::write(pipe_.get(), &kOver, 1) != 1) {
    ::kill(watcher_, SIGKILL);
  }
  while (::waitpid(watcher_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace heapscan::dump::cpython
