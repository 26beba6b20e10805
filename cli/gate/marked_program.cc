#include "cli/gate/marked_program.h"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include "cli/gate/reading_process.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kEndLine = "end";
constexpr std::chrono::milliseconds kPatience{50};

/// What Python runs before the program: registers the end mark, removes itself, and runs the module
/// that would have been found without it. {0}: its directory, {1}: the descriptor, {2}: the inode
/// of the socket, as the descriptor may be another file in a program that the program starts.
constexpr const char* kEndModule = R"(import atexit, os, sys

_place = {0}


def _register():
    try:
        if os.fstat({1}).st_ino != {2}:
            return
    except OSError:
        return
    process = os.getpid()

    def mark_end(os=os, process=process):
        if os.getpid() == process:
            try:
                os.write({1}, b"end\n")
                os.read({1}, 1)
            except OSError:
                pass

    atexit.register(mark_end)


_register()
_others = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry != _place]
if any(_others):
    os.environ["PYTHONPATH"] = os.pathsep.join(_others)
else:
    os.environ.pop("PYTHONPATH", None)
sys.path[:] = [entry for entry in sys.path if entry != _place]
sys.path_importer_cache.pop(_place, None)
_this = sys.modules.pop("sitecustomize")
try:
    import sitecustomize
except ImportError:
    sys.modules["sitecustomize"] = _this
)";

[[noreturn]] void fail(const std::string& action) {
  throw Error(ErrorKind::kTarget, system_error_text(action, errno));
}

sigset_t our_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGUSR1, SIGTERM, SIGHUP, SIGINT}) {
    ::sigaddset(&set, signal);
  }
  return set;
}

void close(dump::FileDescriptor& descriptor) {
  const dump::FileDescriptor closed = std::move(descriptor);
  descriptor = dump::FileDescriptor();
}

std::string python_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char character : text) {
    quoted += character == '"' || character == '\\' ? std::string("\\") + character
                                                    : std::string(1, character);
  }
  return quoted + "\"";
}

/// Turns the child into the program. Returns only when the program cannot be started.
void become(const std::vector<std::string>& command,
            int marks,
            pid_t parent,
            const std::string& modules) {
  const sigset_t ours = our_signals();
  ::sigprocmask(SIG_UNBLOCK, &ours, nullptr);
  std::signal(SIGPIPE, SIG_DFL);  // Ignored by heapscan, and exec would pass that on.
  ::setenv("HEAPSCAN_MARK_FD", std::to_string(marks).c_str(), 1);
  ::setenv("HEAPSCAN_MARK_PID", std::to_string(parent).c_str(), 1);
  const char* const path = ::getenv("PYTHONPATH");
  const bool has_path = path != nullptr && *path != '\0';
  ::setenv("PYTHONPATH", (modules + (has_path ? std::string(":") + path : "")).c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execvp changes nothing.
  }
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
}

}  // namespace

MarkedProgram::MarkedProgram(const std::vector<std::string>& command) {
  std::array<int, 2> pair = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    fail("create a socket for marks");
  }
  ours_ = dump::FileDescriptor(pair[0]);
  theirs_ = dump::FileDescriptor(pair[1]);
  const int on = 1;
  if (::setsockopt(ours_.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) {
    fail("request the senders of marks");
  }
  const sigset_t signals = our_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signals_ = dump::FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.is_open()) {
    fail("wait for signals");
  }
  prepare_end_mark();
  start(command);
  close(theirs_);
}

MarkedProgram::~MarkedProgram() {
  if (child_ > 0 && !ended_) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(modules_, ignored);
  const sigset_t signals = our_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void MarkedProgram::prepare_end_mark() {
  std::string name = (std::filesystem::temp_directory_path() / "heapscan-mark-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    fail("create a directory in " + std::filesystem::temp_directory_path().string());
  }
  modules_ = name;
  struct stat socket = {};
  ::fstat(theirs_.get(), &socket);
  socket_ = socket.st_ino;
  std::ofstream file(modules_ / "sitecustomize.py");
  file << fmt::format(kEndModule, python_text(name), theirs_.get(), socket_);
  file.close();
  if (!file) {
    fail("write " + (modules_ / "sitecustomize.py").string());
  }
}

void MarkedProgram::start(const std::vector<std::string>& command) {
  std::array<int, 2> pair = {-1, -1};
  if (::pipe2(pair.data(), O_CLOEXEC) != 0) {
    fail("create a pipe");
  }
  const dump::FileDescriptor from_child(pair[0]);
  dump::FileDescriptor to_parent(pair[1]);
  const pid_t parent = ::getpid();
  child_ = ::fork();
  if (child_ < 0) {
    fail("start " + command.front());
  }
  if (child_ == 0) {
    ::fcntl(theirs_.get(), F_SETFD, 0);
    become(command, theirs_.get(), parent, modules_.string());
    const int problem = errno;
    // If this fails too, there is nobody left to report it to.
    [[maybe_unused]] const ssize_t written = ::write(to_parent.get(), &problem, sizeof problem);
    ::_exit(127);
  }
  close(to_parent);
  int problem = 0;
  if (::read(from_child.get(), &problem, sizeof problem) == sizeof problem) {
    ::waitpid(child_, nullptr, 0);
    ended_ = true;
    errno = problem;
    fail("start " + command.front());
  }
}

std::optional<MarkedProgram::Mark> MarkedProgram::next() {
  while (true) {
    if (const std::optional<Mark> mark = take_line()) {
      answer_ = true;
      wait_for_reader(mark->process, socket_, kPatience);
      return mark;
    }
    if (!signalled_.empty()) {
      const Mark mark = signalled_.front();
      signalled_.clear();
      return mark;
    }
    if (ended_) {
      return std::nullopt;
    }
    std::array<pollfd, 2> waiting = {{{ours_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}}};
    const bool has_socket = ours_.is_open();
    if (::poll(has_socket ? waiting.data() : &waiting[1], has_socket ? 2 : 1, -1) < 0 &&
        errno != EINTR) {
      fail("wait for the program");
    }
    if (has_socket && waiting[0].revents != 0) {
      read_marks();
    }
    read_signals();
    ended_ = has_ended();
  }
}

/// The mark of the next complete line, if its sender still exists and can be captured.
std::optional<MarkedProgram::Mark> MarkedProgram::take_line() {
  const std::size_t end = lines_.find('\n');
  if (end == std::string::npos) {
    return std::nullopt;
  }
  const bool is_end = lines_.compare(0, end, kEndLine) == 0;
  lines_.erase(0, end + 1);
  if (ended_ && sender_ == child_) {
    return std::nullopt;
  }
  return Mark{sender_, is_end};
}

void MarkedProgram::read_marks() {
  std::array<char, 4096> bytes = {};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control = {};
  iovec part = {bytes.data(), bytes.size()};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t count = ::recvmsg(ours_.get(), &message, MSG_DONTWAIT);
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
    close(ours_);  // No more marks can come.
    return;
  }
  if (count < 0) {
    return;
  }
  for (cmsghdr* part_of = CMSG_FIRSTHDR(&message); part_of != nullptr;
       part_of = CMSG_NXTHDR(&message, part_of)) {
    if (part_of->cmsg_level == SOL_SOCKET && part_of->cmsg_type == SCM_CREDENTIALS) {
      ucred sender = {};
      std::memcpy(&sender, CMSG_DATA(part_of), sizeof sender);
      sender_ = sender.pid;
    }
  }
  lines_.append(bytes.data(), static_cast<std::size_t>(count));
}

void MarkedProgram::read_signals() {
  signalfd_siginfo info = {};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGUSR1) {
      signalled_.push_back({static_cast<pid_t>(info.ssi_pid), false});
    } else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP) {
      ::kill(child_, static_cast<int>(info.ssi_signo));
    }
    // SIGINT comes from the terminal, which has sent it to the program as well.
  }
}

bool MarkedProgram::has_ended() {
  int status = 0;
  const pid_t ended = ::waitpid(child_, &status, WNOHANG);
  if (ended == 0 || (ended > 0 && !WIFEXITED(status) && !WIFSIGNALED(status))) {
    return false;
  }
  // A capture may have reaped the child while waiting for it: then the program was killed
  // meanwhile.
  exit_status_ = ended < 0           ? 128 + SIGKILL
                 : WIFEXITED(status) ? WEXITSTATUS(status)
                                     : 128 + WTERMSIG(status);
  return true;
}

void MarkedProgram::go_on() {
  if (answer_ && ours_.is_open()) {
    // Never waits for a program that does not read its answers.
    ::send(ours_.get(), "\n", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  answer_ = false;
}

}  // namespace heapscan::cli
