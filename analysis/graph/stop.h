#pragma once

#include <atomic>
#include <cstdint>
#include <exception>

namespace heapscan::analysis {

/// Thrown by an analysis that was asked to stop.
class Stopped : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "stopped"; }
};

/// Asks a running analysis to stop, for a user who no longer wants to wait: the analysis checks it
/// about ten times a second. Any thread, and a signal handler, may request.
class StopSignal {
 public:
  void request() noexcept { requested_ = true; }

  void reset() noexcept { requested_ = false; }

  [[nodiscard]] bool requested() const noexcept { return requested_; }

  /// Throws Stopped if a stop was requested.
  void check() const {
    if (requested()) {
      throw Stopped();
    }
  }

  /// For loops with short steps: checks once in many calls. `step` counts the calls.
  void check_sometimes(std::uint64_t step) const {
    constexpr std::uint64_t kSteps = 0x4000;
    if (step % kSteps == 0) {
      check();
    }
  }

 private:
  std::atomic<bool> requested_ = false;
};

/// A signal that is never set.
inline const StopSignal kNeverStopped;

}  // namespace heapscan::analysis
