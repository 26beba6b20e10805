#include "dump/cpython/target/forked_copy.h"

#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <dirent.h>
#include <sched.h>

#include "dump/cpython/target/injected_syscall.h"
#include "dump/error.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

constexpr auto kPause = std::chrono::milliseconds(10);

// Rows of stat_fields().
constexpr std::size_t kState = 0;
constexpr std::size_t kParent = 1;

[[noreturn]] void fail(pid_t pid, const std::string& why) {
  throw Error(ErrorKind::kTarget, "process " + std::to_string(pid) + ": --fork cannot copy it: " +
                                      why + ": capture it without --fork");
}

/// A thread of the stopped process that can make the call; nothing if there is currently none.
std::optional<InjectedSyscall> borrow_thread(pid_t pid,
                                             const StoppedProcess& stopped,
                                             const CallCode& code,
                                             const std::function<void()>& on_step) {
  for (const pid_t id : stopped.quiet_threads()) {
    InjectedSyscall thread(pid, id, code, on_step);
    if (thread.usable()) {
      return thread;
    }
  }
  return std::nullopt;
}

/// Fields of /proc/PID/stat after the name in parentheses; the first is the state.
std::vector<std::string> stat_fields(pid_t pid) {
  std::vector<std::string> fields;
  try {
    const std::string stat = read_proc_file(pid, "stat");
    std::size_t at = stat.rfind(')');
    while (at != std::string::npos && at + 2 < stat.size()) {
      const std::size_t end = std::min(stat.find(' ', at + 2), stat.size());
      fields.push_back(stat.substr(at + 2, end - at - 2));
      at = end - 1;
    }
  } catch (const Error&) {
    return {};  // It has ended meanwhile.
  }
  return fields;
}

/// The child's pid as the process itself sees it.
std::uint64_t inner_pid_of(pid_t child) {
  const std::string status = read_proc_file(child, "status");
  const std::string ids(status_value(status, "NSpid"));
  const std::size_t last = ids.find_last_of(" \t");
  std::uint64_t id = 0;
  const std::string_view text =
      std::string_view(ids).substr(last == std::string::npos ? 0 : last + 1);
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

/// Makes the process reap a child of its own.
bool reap(pid_t pid, pid_t child, std::chrono::milliseconds timeout) {
  const auto code = find_call_code(pid);
  const StoppedProcess stopped(pid, timeout);
  auto thread = code ? borrow_thread(pid, stopped, *code, {}) : std::nullopt;
  if (!thread) {
    return false;
  }
  constexpr std::uint64_t kAnyKindAtOnce = __WALL | WNOHANG;
  const std::uint64_t name = inner_pid_of(child);
  return thread->call(SYS_wait4, {name, 0, kAnyKindAtOnce, 0, 0}).value ==
         static_cast<std::int64_t>(name);
}

std::string reason_of(std::int64_t result) {
  switch (-result) {
    case EAGAIN:
      return "its limits do not allow another process";
    case ENOMEM:
      return "the system does not grant it the memory for a copy";
    default:
      return system_error_text("clone", static_cast<int>(-result));
  }
}

}  // namespace

void require_forkable(pid_t pid) {
  const std::string status = read_proc_file(pid, "status");
  const std::string_view seccomp = status_value(status, "Seccomp");
  if (!seccomp.empty() && seccomp != "0") {
    fail(pid, "it runs under seccomp, which might kill it for an unexpected system call");
  }
  if (status_value(status, "x86_Thread_features").find("shstk") != std::string_view::npos) {
    fail(pid, "it runs with a shadow stack");
  }
}

std::unique_ptr<ForkedCopy> ForkedCopy::try_make(pid_t pid,
                                                 const StoppedProcess& stopped,
                                                 const CallCode& code,
                                                 const std::function<void()>& on_step) {
  auto thread = borrow_thread(pid, stopped, code, on_step);
  if (!thread) {
    return nullptr;
  }
  const InjectedSyscall::Result result =
      thread->call(SYS_clone, {CLONE_FILES, thread->child_stack().value(), 0, 0, 0});
  if (result.value < 0) {
    fail(pid, reason_of(result.value));
  }
  return std::unique_ptr<ForkedCopy>(new ForkedCopy(pid, result.child));
}

ForkedCopy::~ForkedCopy() {
  if (copy_ != 0) {
    end(std::chrono::seconds(5));
  }
}

bool ForkedCopy::end(std::chrono::milliseconds timeout) {
  const pid_t copy = std::exchange(copy_, 0);
  ::kill(copy, SIGKILL);
  while (::waitpid(copy, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  return remove_ended_copy(process_, copy, timeout);
}

bool cancel_copy(pid_t pid, std::chrono::milliseconds timeout) {
  try {
    const std::optional<CallCode> code = find_call_code(pid);
    const StoppedProcess stopped(pid, timeout);
    for (const pid_t thread : stopped.stopped_threads()) {
      if (code) {
        cancel_call(pid, thread, *code, SYS_clone);
      }
    }
    return true;
  } catch (const Error&) {
    const std::vector<std::string> fields = stat_fields(pid);
    return fields.empty() || fields[kState] == "Z";  // Otherwise something else traces it.
  }
}

std::vector<pid_t> find_silent_children(pid_t pid) {
  constexpr std::size_t kExitSignal = 35;
  std::vector<pid_t> children;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), &::closedir);
  while (const dirent* const entry = directory ? ::readdir(directory.get()) : nullptr) {
    const std::string_view name = static_cast<const char*>(entry->d_name);
    pid_t candidate = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), candidate);
    if (error != std::errc() || end != name.data() + name.size()) {
      continue;
    }
    const std::vector<std::string> fields = stat_fields(candidate);
    if (fields.size() > kExitSignal && fields[kParent] == std::to_string(pid) &&
        fields[kExitSignal] == "0") {
      children.push_back(candidate);
    }
  }
  return children;
}

bool remove_ended_copy(pid_t pid, pid_t copy, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const std::vector<std::string> fields = stat_fields(copy);
    // If the process has ended, its children belong to another process, which reaps them.
    if (fields.size() <= kParent || fields[kParent] != std::to_string(pid)) {
      return true;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    try {
      if (fields[kState] == "Z" && reap(pid, copy, timeout)) {
        return true;
      }
    } catch (const Error&) {
      // The process has ended meanwhile or is being traced: the next check tells which.
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace heapscan::dump::cpython
