#pragma once

#include <atomic>
#include <cstdint>
#include <exception>

namespace heapscan::analysis {

/// What an analysis throws when it was asked to stop.
class Stopped : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "stopped"; }
};

/// By which a user who no longer wants to wait stops an analysis: it looks here now and then, some
/// ten times in a second. Any thread, and a signal handler, may request.
class StopSignal {
 public:
  void request() noexcept { requested_ = true; }

  void reset() noexcept { requested_ = false; }

  [[nodiscard]] bool requested() const noexcept { return requested_; }

  /// Throws Stopped when it was requested.
  void check() const {
    if (requested()) {
      throw Stopped();
    }
  }

  /// For loops whose steps are short: looks once in many calls, of which `step` is the number.
  void check_sometimes(std::uint64_t step) const {
    constexpr std::uint64_t kSteps = 0x4000;
    if (step % kSteps == 0) {
      check();
    }
  }

 private:
  std::atomic<bool> requested_ = false;
};

/// The signal of those who wait for the end.
inline const StopSignal kNeverStopped;

}  // namespace heapscan::analysis
