#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dump/system/file_descriptor.h"

namespace heapscan::cli {

/// A program that marks the points at which it is to be captured.
///
/// Its environment has HEAPSCAN_MARK_FD, the number of a descriptor: a line written to it is a
/// mark, and is answered with a newline once the capture is done. Reading the answer keeps the
/// program at the mark until then; it need not be read. A mark is handled once the program waits
/// for its answer, or after 50 ms if it does not. HEAPSCAN_MARK_PID is a process to which SIGUSR1
/// is a mark as well, of the process that sends it; such marks are not answered, and those that
/// arrive while one is waiting count as one.
///
/// The end of a Python program is a mark too: a module that Python finds before its own (a
/// sitecustomize at the front of PYTHONPATH) registers it with atexit and removes itself from the
/// environment. Where Python is told not to look there (-I, -E, -S), that mark is missing.
class MarkedProgram {
 public:
  struct Mark {
    pid_t process = 0;    ///< The one that marked, to be captured.
    bool is_end = false;  ///< It is about to end.
  };

  /// Starts the program with heapscan's own streams. Throws Error(kTarget) when it cannot be
  /// started.
  explicit MarkedProgram(const std::vector<std::string>& command);
  /// Kills the program if it is still running.
  ~MarkedProgram();
  MarkedProgram(const MarkedProgram&) = delete;
  MarkedProgram& operator=(const MarkedProgram&) = delete;
  MarkedProgram(MarkedProgram&&) = delete;
  MarkedProgram& operator=(MarkedProgram&&) = delete;

  /// Waits for the next mark; nothing when the program has ended. Requires: go_on() was called for
  /// the one before.
  [[nodiscard]] std::optional<Mark> next();

  /// Answers the last mark.
  void go_on();

  /// The exit status, or 128 plus the signal's number if the program was killed. Requires: next()
  /// has returned nothing.
  [[nodiscard]] int exit_status() const { return exit_status_; }

 private:
  void prepare_end_mark();
  void start(const std::vector<std::string>& command);
  void read_marks();
  void read_signals();
  [[nodiscard]] std::optional<Mark> take_line();
  [[nodiscard]] bool has_ended();

  dump::FileDescriptor ours_;      // This side of the socket of marks.
  dump::FileDescriptor theirs_;    // The program's side; closed once the program has it.
  dump::FileDescriptor signals_;   // SIGCHLD, SIGUSR1 and SIGTERM as they come.
  std::filesystem::path modules_;  // Of the end mark; removed with this object.
  ino_t socket_ = 0;               // The program's side of it.
  pid_t child_ = 0;
  pid_t sender_ = 0;   // Of the last bytes of marks.
  std::string lines_;  // Marks that were read but not handled.
  std::vector<Mark> signalled_;
  bool answer_ = false;  // The last mark is still to be answered.
  bool ended_ = false;
  int exit_status_ = 0;
};

}  // namespace heapscan::cli
