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

/// The failure to report when several tasks fail: that of the first, so that the same input gives
/// the same error whatever the threads do.
class FirstFailure {
 public:
  /// Calls run() and keeps what it throws if no earlier task failed.
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

/// Hands tasks to the worker for as long as there are any.
template <class Worker>
void take_tasks(Worker worker,
                std::atomic<std::size_t>& next,
                std::size_t count,
                FirstFailure& failure) {
  for (std::size_t task = next++; task < count; task = next++) {
    failure.watch(task, [&] { worker(task); });
  }
}

/// Below this, a thread costs more than it brings.
inline constexpr std::uint64_t kBytesWorthAThread = std::uint64_t{1} << 18U;

/// Runs tasks 0 .. count - 1, which go through so many bytes together, on as many threads as the
/// machine has and the bytes are worth, this one among them. Each thread calls make_worker() once
/// and hands its tasks to the callable that this returns, which thus may own what the thread needs
/// for itself. All tasks are run even if one fails; then the exception of the first that failed is
/// thrown.
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
      // The system gives no more threads: those that there are do all the work.
    }
    run();
  }
  failure.rethrow();
}

}  // namespace heapscan::formats
