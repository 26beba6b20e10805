#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "dump/cpython/capture.h"
#include "dump/cpython/layouts/layout.h"
#include "dump/system/file_descriptor.h"
#include "tests/support/temporary_directory.h"

namespace heapscan::dump::cpython {
namespace {

/// Threads that wait in calls that span several lines, with lines that also go backwards. The
/// program prints each thread, and the function and line of each of its frames, innermost first.
constexpr const char* kProgram = R"(
import os, sys, threading

ready, never = threading.Semaphore(0), threading.Lock()
never.acquire()

def wait(first,
         second):
    if first:

        ready.release(); never.acquire(
            True,
            -1)

def outer(number):
    for _ in range(2):
        try:
            wait(number,
                 [number])
        finally:
            pass

def generated(number):
    yield outer(number)

def through_a_generator(number):
    for item in generated(
            number):
        print(item)

def tell():
    names = {thread.ident: thread for thread in threading.enumerate()}
    for identifier, frame in sys._current_frames().items():
        thread = names[identifier]
        lines = []
        while frame is not None:
            if frame.f_code.co_name != "tell":
                lines.append("%s:%d" % (frame.f_code.co_name, frame.f_lineno))
            frame = frame.f_back
        print(thread.native_id, thread.name, *lines, flush=False)
    print("end", flush=True)

def main():
    for function in (outer, through_a_generator):
        threading.Thread(target=function, args=(7,), name=function.__name__, daemon=True).start()
        ready.acquire()
    import time
    time.sleep(0.1)  # Until both wait.
    tell(); os.read(0, 1)

main()
)";

/// A program that runs `kProgram`, and its output.
class TellingPython {
 public:
  explicit TellingPython(const std::string& path) {
    std::array<int, 2> input = {-1, -1};
    std::array<int, 2> output = {-1, -1};
    EXPECT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::execl(path.c_str(), path.c_str(), "-c", kProgram, static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = FileDescriptor(input[1]);
    const FileDescriptor told(output[0]);
    char character = 0;
    while (text_.find("end\n") == std::string::npos && ::read(told.get(), &character, 1) == 1) {
      text_.push_back(character);
    }
    // It prints this before it leaves the function that prints.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!waits_for_input() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  ~TellingPython() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  TellingPython(const TellingPython&) = delete;
  TellingPython& operator=(const TellingPython&) = delete;
  TellingPython(TellingPython&&) = delete;
  TellingPython& operator=(TellingPython&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// "4711 outer wait:9 outer:15 run:910 ...", one line per thread.
  [[nodiscard]] std::set<std::string> threads() const {
    std::set<std::string> lines;
    std::istringstream text(text_);
    for (std::string line; std::getline(text, line) && line != "end";) {
      lines.insert(line);
    }
    return lines;
  }

 private:
  [[nodiscard]] bool waits_for_input() const {
    std::ifstream call("/proc/" + std::to_string(pid_) + "/syscall");
    std::string number;
    std::string descriptor;
    return call >> number >> descriptor && number == "0" && descriptor == "0x0";
  }

  pid_t pid_ = -1;
  FileDescriptor input_;
  std::string text_;
};

/// The supported interpreters in PATH and of pyenv, by their real paths.
std::set<std::string> interpreters() {
  std::vector<std::filesystem::path> candidates;
  std::istringstream path(std::getenv("PATH") == nullptr ? "" : std::getenv("PATH"));
  for (std::string folder; std::getline(path, folder, ':');) {
    candidates.push_back(std::filesystem::path(folder) / "python3");
  }
  const char* const home = std::getenv("HOME");
  const std::filesystem::path versions =
      std::filesystem::path(home == nullptr ? "/" : home) / ".pyenv" / "versions";
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(versions, failed)) {
    candidates.push_back(entry.path() / "bin" / "python3");
  }
  std::set<std::string> found;
  for (const std::filesystem::path& candidate : candidates) {
    const std::string real = std::filesystem::canonical(candidate, failed).string();
    unsigned major = 0;
    unsigned minor = 0;
    const std::size_t name = real.rfind("/python");
    if (!failed && name != std::string::npos &&
        std::sscanf(real.c_str() + name, "/python%u.%u", &major, &minor) == 2 &&
        !find_layouts(major, minor).empty()) {
      found.insert(real);
    }
  }
  return found;
}

/// The threads of a heap, in the form in which the program prints its own.
std::set<std::string> threads_of(const Heap& heap) {
  std::set<std::string> lines;
  const HeapColumns& columns = heap.columns();
  for (std::size_t row = 0; row < columns.threads.span().size(); ++row) {
    const Thread& thread = columns.threads.span()[row];
    std::string line = std::to_string(thread.id) + " " + std::string(heap.string(thread.name));
    for (std::uint32_t at = 0; at < thread.frame_count; ++at) {
      const Frame& frame = columns.frames.span()[thread.first_frame + at];
      // In versions that record it, the name of a method includes that of its class.
      const std::string function(heap.string(frame.function));
      line += " " + function.substr(function.rfind('.') + 1) + ":" + std::to_string(frame.line);
    }
    lines.insert(line);
  }
  return lines;
}

TEST(Threads, EachHasItsIdItsNameAndItsCurrentLines) {
  const std::set<std::string> paths = interpreters();
  ASSERT_FALSE(paths.empty()) << "needs a CPython that heapscan can read";
  for (const std::string& path : paths) {
    std::printf("with %s\n", path.c_str());
    const TellingPython python(path);
    ASSERT_EQ(python.threads().size(), 3U) << path;
    EXPECT_EQ(threads_of(capture_process(python.pid(), {})), python.threads()) << path;
  }
}

TEST(Threads, OfACoreHaveTheIdsThatTheyHadInTheProcess) {
  const tests::TemporaryDirectory directory;
  const std::filesystem::path core = directory / "app.core";
  for (const std::string& path : interpreters()) {
    std::printf("with %s\n", path.c_str());
    const TellingPython python(path);
    const std::string command = "gdb --batch -nx -p " + std::to_string(python.pid()) +
                                " -ex 'generate-core-file " + core.string() +
                                "' </dev/null >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << "needs gdb";  // NOLINT: no input is in it.
    EXPECT_EQ(threads_of(capture_core(core, {}, {})), python.threads()) << path;
  }
}

}  // namespace
}  // namespace heapscan::dump::cpython
