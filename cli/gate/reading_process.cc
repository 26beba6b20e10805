#include "cli/gate/reading_process.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

#include <fmt/format.h>

namespace heapscan::cli {
namespace {

namespace files = std::filesystem;

constexpr std::array<long, 4> kReadingCalls = {SYS_read, SYS_readv, SYS_recvfrom, SYS_recvmsg};
constexpr std::chrono::microseconds kBetweenLooks{200};

enum class Answer { kReads, kDoesSomethingElse, kUnknown };

/// For a sleeping thread the file has the number of its system call and its arguments, the first of
/// which is the descriptor; otherwise it says "running".
Answer ask_thread(const files::path& process,
                  const files::path& thread,
                  const files::path& socket) {
  std::ifstream file(thread / "syscall");
  std::string line;
  if (!std::getline(file, line)) {
    return Answer::kUnknown;
  }
  std::istringstream numbers(line);
  long call = -1;
  std::string first_argument;
  if (!(numbers >> call >> first_argument) ||
      std::find(kReadingCalls.begin(), kReadingCalls.end(), call) == kReadingCalls.end()) {
    return Answer::kDoesSomethingElse;
  }
  const unsigned long descriptor = std::strtoul(first_argument.c_str(), nullptr, 16);
  std::error_code ended;
  return files::read_symlink(process / "fd" / std::to_string(descriptor), ended) == socket
             ? Answer::kReads
             : Answer::kDoesSomethingElse;
}

Answer ask_process(const files::path& process, const files::path& socket) {
  Answer all = Answer::kUnknown;
  std::error_code ended;
  for (files::directory_iterator thread(process / "task", ended), end; !ended && thread != end;
       thread.increment(ended)) {
    const Answer answer = ask_thread(process, thread->path(), socket);
    if (answer == Answer::kReads) {
      return answer;
    }
    all = answer == Answer::kUnknown ? all : answer;
  }
  return all;
}

}  // namespace

void wait_for_reader(pid_t process, ino_t socket, std::chrono::milliseconds patience) {
  const files::path directory = fmt::format("/proc/{}", process);
  const files::path link = fmt::format("socket:[{}]", socket);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (ask_process(directory, link) == Answer::kDoesSomethingElse &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace heapscan::cli
