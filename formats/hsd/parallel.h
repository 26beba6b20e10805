#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace heapscan::formats {

/// The failure to report if several tasks fail: that of the first task, so that the same input
/// gives the same error regardless of scheduling.
class FirstFailure {
 public:
  /// Calls run() and keeps its exception if no earlier task has failed.
  template <class Run>
  void watch(std::size_t task, const Run& run) {
    try {
      run();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (failure_ == nullptr || task < task_) {
        task_ = task;
        failure_ = std::current_exception();
      }
    }
  }

  /// Requires: no other thread is in watch().
  void rethrow() const {
    if (failure_ != nullptr) {
      std::rethrow_exception(failure_);
    }
  }

 private:
  std::mutex mutex_;
  std::size_t task_ = 0;
  std::exception_ptr failure_;
};

/// Gives the worker one task after another until none is left.
template <class Worker>
void take_tasks(Worker worker,
                std::atomic<std::size_t>& next,
                std::size_t count,
                FirstFailure& failure) {
  for (std::size_t task = next++; task < count; task = next++) {
    failure.watch(task, [&] { worker(task); });
  }
}

/// Below this, a thread costs more than it saves.
inline constexpr std::uint64_t kBytesWorthAThread = std::uint64_t{1} << 18U;

/// Runs tasks 0 .. count - 1, which process `bytes` in total, on as many threads as the machine has
/// and the bytes justify, including this one. Each thread calls make_worker() once and passes its
/// tasks to the callable it returns, which may therefore own per-thread state. All tasks are run
/// even if one fails; then the exception of the first failed task is thrown.
template <class MakeWorker>
void run_tasks(std::size_t count, std::uint64_t bytes, const MakeWorker& make_worker) {
  std::atomic<std::size_t> next = 0;
  FirstFailure failure;
  const auto run = [&] {
    failure.watch(count, [&] { take_tasks(make_worker(), next, count, failure); });
  };

  const std::uint64_t threads = std::min<std::uint64_t>(
      {count, bytes / kBytesWorthAThread, std::thread::hardware_concurrency()});
  {
    std::vector<std::jthread> helpers;
    helpers.reserve(threads);
    try {
      while (helpers.size() + 1 < threads) {
        helpers.emplace_back(run);
      }
    } catch (const std::system_error&) {
      // The system provides no more threads: the existing ones do all the work.
    }
    run();
  }
  failure.rethrow();
}

}  // namespace heapscan::formats
