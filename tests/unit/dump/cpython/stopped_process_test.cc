#include "dump/cpython/target/stopped_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "dump/cpython/target/process_memory.h"
#include "dump/error.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

constexpr auto kTimeout = std::chrono::seconds(10);

/// A child process that counts in its memory as fast as it can, in several threads.
class CountingChild {
 public:
  CountingChild() {
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const std::thread other([] { count(); });
      count();
    }
    // The child is ready when it has both threads.
    while (read_thread_ids(pid_).size() < 2) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  ~CountingChild() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  CountingChild(const CountingChild&) = delete;
  CountingChild& operator=(const CountingChild&) = delete;
  CountingChild(CountingChild&&) = delete;
  CountingChild& operator=(CountingChild&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  [[nodiscard]] char state() const {
    return status_value(read_proc_file(pid_, "status"), "State").front();
  }

 private:
  [[noreturn]] static void count() {
    volatile std::uint64_t counter = 0;
    while (true) {
      counter = counter + 1;
    }
  }

  pid_t pid_ = -1;
};

TEST(StoppedProcess, AllThreadsAreStoppedWhileItExistsAndResumeAfterwards) {
  const CountingChild child;
  {
    const StoppedProcess stopped(child.pid(), kTimeout);
    for (const pid_t thread : read_thread_ids(child.pid())) {
      const std::string status =
          read_proc_file(child.pid(), "task/" + std::to_string(thread) + "/status");
      EXPECT_EQ(status_value(status, "State").front(), 't');
    }
  }
  EXPECT_EQ(child.state(), 'R');
  EXPECT_EQ(status_value(read_proc_file(child.pid(), "status"), "TracerPid"), "0");
}

TEST(StoppedProcess, AProcessThatWasAlreadyStoppedStaysStopped) {
  const CountingChild child;
  ::kill(child.pid(), SIGSTOP);
  while (child.state() != 'T') {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  { const StoppedProcess stopped(child.pid(), kTimeout); }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(child.state(), 'T');
}

TEST(StoppedProcess, AProcessThatIsKilledInTheMeantimeEnds) {
  // Which of its threads learns of the signal first is random.
  for (const int signal : {SIGTERM, SIGKILL}) {
    for (int trial = 0; trial < 20; ++trial) {
      const CountingChild child;
      {
        const StoppedProcess stopped(child.pid(), kTimeout);
        ::kill(child.pid(), signal);
      }
      // Its tracer, which is also its parent here, may already have reaped it.
      ::waitpid(child.pid(), nullptr, 0);
      EXPECT_EQ(::kill(child.pid(), 0), -1);
    }
  }
}

TEST(StoppedProcess, AnotherTracerIsNamed) {
  const CountingChild child;
  const StoppedProcess first(child.pid(), kTimeout);
  try {
    const StoppedProcess second(child.pid(), kTimeout);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTarget);
    EXPECT_NE(std::string(error.what())
                  .find("process " + std::to_string(::getpid()) + " is tracing it already"),
              std::string::npos)
        << error.what();
  }
}

TEST(StoppedProcess, AProcessThatDoesNotExistIsNamed) {
  EXPECT_THROW(StoppedProcess(0x7FFFFFFF, kTimeout), Error);
}

TEST(ProcessMemory, TheCopyEqualsTheMemoryOfTheProcess) {
  // A child has the memory that its parent had when it was forked.
  auto marked = std::make_unique<std::vector<std::uint64_t>>(1000, 0x1234567890ABCDEF);
  const CountingChild child;
  (*marked)[500] = 0;
  ProcessMemory memory(child.pid());
  memory.prepare();
  {
    const StoppedProcess stopped(child.pid(), kTimeout);
    memory.copy();
  }
  EXPECT_EQ(memory.lost_bytes(), 0U);
  const MemoryImage image = memory.take_image();
  const ImageReader reader(image);
  EXPECT_EQ(reader.word(Address(reinterpret_cast<std::uint64_t>(&(*marked)[500]))),
            0x1234567890ABCDEFU);
}

}  // namespace
}  // namespace heapscan::dump::cpython
