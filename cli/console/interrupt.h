#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace heapscan::cli {

/// While it lives, Ctrl-C calls a function, on a thread of its own, instead of ending the program.
class InterruptHandler {
 public:
  explicit InterruptHandler(std::function<void()> on_interrupt);
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;
  InterruptHandler(InterruptHandler&&) = delete;
  InterruptHandler& operator=(InterruptHandler&&) = delete;

  /// Whether the user has pressed Ctrl-C.
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  void wait();

  std::function<void()> on_interrupt_;
  sigset_t before_{};
  std::atomic<bool> interrupted_ = false;
  std::atomic<bool> ending_ = false;
  std::thread waiter_;
};

}  // namespace heapscan::cli
