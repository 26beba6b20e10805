#include "dump/system/procfs.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <memory>

#include <dirent.h>

#include "dump/error.h"

namespace heapscan::dump {
namespace {

std::string process_text(pid_t pid) {
  return "process " + std::to_string(pid);
}

/// A number in front of `text`, or -1.
std::int64_t leading_number(std::string_view text) {
  std::int64_t number = -1;
  const std::size_t digits = text.find_first_of("0123456789");
  if (digits != std::string_view::npos) {
    std::from_chars(text.data() + digits, text.data() + text.size(), number);
  }
  return number;
}

/// A size in a status file ("RssAnon:	  5120 kB") in bytes, or -1.
std::int64_t status_size(std::string_view status, std::string_view key) {
  const std::int64_t kib = leading_number(status_value(status, key));
  return kib < 0 ? -1 : kib * 1024;
}

/// The last of a process's ids, one in each pid namespace from ours to its own; -1 if that is ours.
std::int64_t pid_in_namespace(std::string_view status) {
  const std::string_view ids = status_value(status, "NSpid");
  const std::size_t last = ids.find_last_of(" \t");
  return last == std::string_view::npos ? -1 : leading_number(ids.substr(last));
}

/// The 22nd field of /proc/PID/stat. The second one, a name in parentheses, may contain anything.
std::int64_t start_time(std::string_view stat) {
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 22 && at != std::string_view::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  return at == std::string_view::npos ? -1 : leading_number(stat.substr(at));
}

std::string command_line(std::string text) {
  while (!text.empty() && text.back() == '\0') {
    text.pop_back();
  }
  for (char& byte : text) {
    byte = byte == '\0' ? ' ' : byte;
  }
  return text;
}

}  // namespace

void throw_target_error(pid_t pid, std::string_view action, int error_number) {
  if (error_number == ESRCH || error_number == ENOENT) {
    throw Error(ErrorKind::kTarget,
                process_text(pid) + ": no such process: it does not exist or has ended");
  }
  if (error_number == EPERM || error_number == EACCES) {
    throw Error(
        ErrorKind::kTarget,
        process_text(pid) + ": no permission to " + std::string(action) +
            ": run as root or as the user of the process with CAP_SYS_PTRACE; in a container"
            " start it with --cap-add=SYS_PTRACE; where the system restricts tracing, set"
            " kernel.yama.ptrace_scope to 0");
  }
  throw Error(ErrorKind::kTarget,
              process_text(pid) + ": " + system_error_text(action, error_number));
}

std::string read_proc_file(pid_t pid, std::string_view name) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + std::string(name);
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    throw_target_error(pid, "read " + path, errno);
  }
  std::string text;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got == 0) {
      return text;
    }
    if (got > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      throw_target_error(pid, "read " + path, errno);
    }
  }
}

FileDescriptor open_memory(pid_t pid, int access) {
  const std::string path = "/proc/" + std::to_string(pid) + "/mem";
  return FileDescriptor(::open(path.c_str(), access | O_CLOEXEC));
}

std::string_view status_value(std::string_view status, std::string_view key) {
  const std::string line = "\n" + std::string(key) + ":";
  const std::size_t at = status.find(line);
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view value = status.substr(at + line.size());
  value = value.substr(0, value.find('\n'));
  const std::size_t first = value.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : value.substr(first);
}

std::vector<pid_t> read_thread_ids(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/task";
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), &::closedir);
  if (directory == nullptr) {
    throw_target_error(pid, "list its threads", errno);
  }
  std::vector<pid_t> threads;
  while (const dirent* const entry = ::readdir(directory.get())) {
    const std::int64_t id = leading_number(static_cast<const char*>(entry->d_name));
    if (id > 0) {
      threads.push_back(static_cast<pid_t>(id));
    }
  }
  return threads;
}

std::string read_thread_name(pid_t pid, pid_t thread) {
  try {
    std::string name = read_proc_file(pid, "task/" + std::to_string(thread) + "/comm");
    return name.substr(0, name.find('\n'));
  } catch (const Error&) {
    return {};  // The thread has ended since.
  }
}

ProcessFacts read_process_facts(pid_t pid) {
  ProcessFacts facts;
  const std::string status = read_proc_file(pid, "status");
  facts.pid = pid;
  facts.pid_in_namespace = pid_in_namespace(status);
  facts.rss = status_size(status, "VmRSS");
  facts.rss_anonymous = status_size(status, "RssAnon");
  facts.rss_file = status_size(status, "RssFile");
  facts.rss_shared = status_size(status, "RssShmem");
  facts.process_start = start_time(read_proc_file(pid, "stat"));
  facts.command = command_line(read_proc_file(pid, "cmdline"));
  facts.taken_at = std::time(nullptr);
  utsname system = {};
  if (::uname(&system) == 0) {
    facts.host = static_cast<const char*>(system.nodename);
  }
  return facts;
}

}  // namespace heapscan::dump
