#include "dump/cpython/target/forked_copy.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <ctime>
#include <iostream>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>

#include "dump/cpython/target/fork_watch.h"
#include "dump/error.h"
#include "dump/system/file_descriptor.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

constexpr auto kTimeout = std::chrono::seconds(10);

/// What a child process and its test share.
struct Board {
  std::atomic<std::uint64_t> turns{0};
  std::atomic<std::uint64_t> signals{0};
  std::atomic<std::uint64_t> mistakes{0};
};

/// A child process that notices if a register, a system call or a signal is not as it should be.
class AttentiveChild {
 public:
  enum class Work { kCompute, kSleep, kPoll, kRead };

  explicit AttentiveChild(Work work, bool signals = false) {
    void* const memory =
        ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    board_ = new (memory) Board;
    EXPECT_EQ(::pipe2(pipe_.data(), O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      kBoard = board_;
      if (signals) {
        count_signals();
      }
      while (true) {
        do_turn(work);
        board_->turns++;
      }
    }
    await_turns(2);
  }

  ~AttentiveChild() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::munmap(board_, sizeof(Board));
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }

  AttentiveChild(const AttentiveChild&) = delete;
  AttentiveChild& operator=(const AttentiveChild&) = delete;
  AttentiveChild(AttentiveChild&&) = delete;
  AttentiveChild& operator=(AttentiveChild&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  [[nodiscard]] const Board& board() const { return *board_; }

  /// Lets a child that is blocked in read() continue.
  void feed() const { EXPECT_EQ(::write(pipe_[1], "x", 1), 1); }

  void await_turns(std::uint64_t more) const {
    const std::uint64_t wanted = board_->turns + more;
    const auto deadline = std::chrono::steady_clock::now() + kTimeout;
    while (board_->turns < wanted && std::chrono::steady_clock::now() < deadline) {
      feed();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    EXPECT_GE(board_->turns, wanted) << "the child does not go on";
  }

  /// Except while its handler runs, these are its blocked signals.
  void expect_blocked(const std::string& signals) const {
    const auto deadline = std::chrono::steady_clock::now() + kTimeout;
    std::string blocked = status("SigBlk");
    while (blocked != signals && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      blocked = status("SigBlk");
    }
    EXPECT_EQ(blocked, signals);
  }

  [[nodiscard]] std::string status(std::string_view key) const {
    return std::string(status_value(read_proc_file(pid_, "status"), key));
  }

 private:
  static inline Board* kBoard = nullptr;  // NOLINT: a signal handler has no other way.

  static void count_signals() {
    struct sigaction action = {};
    action.sa_handler = [](int) { kBoard->signals++; };
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGALRM, &action, nullptr);
    const itimerval often = {{0, 700}, {0, 700}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }

  void expect(bool right) const { board_->mistakes += right ? 0 : 1; }

  void do_turn(Work work) const {
    switch (work) {
      case Work::kCompute:
        return compute();
      case Work::kSleep: {
        timespec left = {0, 3'000'000};
        while (::nanosleep(&left, &left) != 0) {
          expect(errno == EINTR);
        }
        return;
      }
      case Work::kPoll:
        expect(::poll(nullptr, 0, 3) == 0 || errno == EINTR);
        return;
      case Work::kRead: {
        char byte = 0;
        expect(::read(pipe_[0], &byte, 1) == 1 && byte == 'x');
        return;
      }
    }
  }

  /// Constantly keeps numbers in registers of both kinds.
  void compute() const {
    double sum = 0;
    double product = 1;
    std::uint64_t mixed = 1;
    for (int turn = 1; turn <= 20'000; ++turn) {
      sum += 1.0 / turn;
      product *= 1.0 + 1e-9 * turn;
      mixed = mixed * 6364136223846793005ULL + 1442695040888963407ULL;
    }
    static const std::array<std::uint64_t, 3> first = {bits(sum), bits(product), mixed};
    expect(first == std::array<std::uint64_t, 3>{bits(sum), bits(product), mixed});
  }

  static std::uint64_t bits(double number) {
    std::uint64_t value = 0;
    std::memcpy(&value, &number, sizeof(value));
    return value;
  }

  Board* board_ = nullptr;
  std::array<int, 2> pipe_ = {-1, -1};
  pid_t pid_ = -1;
};

using Work = AttentiveChild::Work;

/// Copies the process, and calls `on_step` between any two steps.
std::unique_ptr<ForkedCopy> copy_of(pid_t pid, const std::function<void()>& on_step = {}) {
  const auto code = find_call_code(pid);
  EXPECT_TRUE(code.has_value());
  while (true) {
    const StoppedProcess stopped(pid, kTimeout);
    if (auto copy = ForkedCopy::try_make(pid, stopped, *code, on_step)) {
      return copy;
    }
  }
}

/// Kills this process when called for the given step.
std::function<void()> death_at(int last_step) {
  return [last_step, steps = 0]() mutable {
    if (steps++ == last_step) {
      ::kill(::getpid(), SIGKILL);
    }
  };
}

/// Copies the process from a separate process that is killed before the step. Returns whether that
/// step was reached.
bool copy_and_die_at(pid_t pid, int last_step) {
  const pid_t tracer = ::fork();
  if (tracer == 0) {
    try {
      const auto copy = copy_of(pid, death_at(last_step));
      ::_exit(copy->end(kTimeout) ? 0 : 1);
    } catch (const Error& error) {
      std::cerr << error.what() << std::endl;
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(tracer, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  return WIFSIGNALED(status);
}

void expect_nothing_left(const AttentiveChild& child) {
  for (const pid_t copy : find_silent_children(child.pid())) {
    EXPECT_TRUE(remove_ended_copy(child.pid(), copy, kTimeout));
  }
  EXPECT_TRUE(find_silent_children(child.pid()).empty());
  EXPECT_EQ(child.status("TracerPid"), "0");
}

class ForkedCopyOf : public ::testing::TestWithParam<std::tuple<Work, bool>> {};

TEST_P(ForkedCopyOf, AWorkingProcessIsACopyAndTheProcessKeepsRunning) {
  const auto [work, signals] = GetParam();
  const AttentiveChild child(work, signals);
  const std::string blocked = "0000000000000000";
  for (int time = 0; time < 60; ++time) {
    {
      const auto copy = copy_of(child.pid());
      EXPECT_EQ(status_value(read_proc_file(copy->pid(), "status"), "State").front(), 't');
      child.await_turns(2);
      EXPECT_TRUE(copy->end(kTimeout));
    }
    child.await_turns(2);
  }
  EXPECT_EQ(child.board().mistakes, 0U);
  child.expect_blocked(blocked);
  EXPECT_EQ(signals, child.board().signals > 0);
  expect_nothing_left(child);
}

TEST_P(ForkedCopyOf, AProcessKeepsRunningWhateverStepTheCopyingDiesAt) {
  const auto [work, signals] = GetParam();
  const AttentiveChild child(work, signals);
  const std::string blocked = "0000000000000000";
  int died = 0;
  for (int step = 0; step < 16; ++step) {
    for (int time = 0; time < 4; ++time) {
      died += copy_and_die_at(child.pid(), step) ? 1 : 0;
      child.await_turns(2);
      ASSERT_EQ(child.board().mistakes, 0U) << "step " << step;
      child.expect_blocked(blocked);
      expect_nothing_left(child);
    }
  }
  EXPECT_GE(died, 12 * 4) << "there are at least twelve steps";
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ForkedCopyOf,
    ::testing::Combine(::testing::Values(Work::kCompute, Work::kSleep, Work::kPoll, Work::kRead),
                       ::testing::Bool()));

TEST(ForkedCopy, TheWatchReapsWhatADeadHeapscanLeavesBehind) {
  const AttentiveChild child(Work::kRead);
  const pid_t heapscan = ::fork();
  if (heapscan == 0) {
    const ForkWatch watch(child.pid());
    const auto copy = copy_of(child.pid());
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(heapscan, nullptr, 0);
  const auto deadline = std::chrono::steady_clock::now() + kTimeout;
  while (!find_silent_children(child.pid()).empty() &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(find_silent_children(child.pid()).empty());
  child.await_turns(2);
  EXPECT_EQ(child.board().mistakes, 0U);
}

/// Has a heapscan die at this step of copying a stopped process, waits for its watch to end, and
/// then lets the process continue.
void expect_no_copy_of_a_stopped_process(int last_step) {
  const AttentiveChild child(Work::kCompute);
  ::kill(child.pid(), SIGSTOP);
  while (child.status("State").front() != 'T') {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // So that we can wait for the end of the watch.
  const pid_t heapscan = ::fork();
  if (heapscan == 0) {
    const ForkWatch watch(child.pid());
    int steps = 0;
    const auto copy = copy_of(child.pid(), [&] {
      if (steps++ == last_step) {
        ::kill(::getpid(), SIGKILL);
      }
    });
  }
  EXPECT_EQ(::waitpid(heapscan, nullptr, 0), heapscan);
  int status = 0;
  EXPECT_GT(::waitpid(-1, &status, 0), 0);
  EXPECT_TRUE(WIFEXITED(status)) << "of the watch";
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  ::kill(child.pid(), SIGCONT);
  child.await_turns(2);
  child.expect_blocked("0000000000000000");
  EXPECT_EQ(child.board().mistakes, 0U);
  EXPECT_TRUE(find_silent_children(child.pid()).empty()) << "step " << last_step;
}

TEST(ForkedCopy, AThreadAboutToMakeACopyDoesNotMakeItIfHeapscanIsDead) {
  for (int step = 0; step < 5; ++step) {
    expect_no_copy_of_a_stopped_process(step);
  }
}

TEST(ForkedCopy, AProcessUnderSeccompIsRejected) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_SECCOMP, 1);  // Strict: read, write, exit only.
    char byte = 0;
    while (true) {
      (void)::read(-1, &byte, 1);
    }
  }
  while (status_value(read_proc_file(child, "status"), "Seccomp") != "1") {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_THROW(require_forkable(child), Error);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace heapscan::dump::cpython
