#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace heapscan::formats {

/// Runs tasks 0 .. count - 1 on as many threads as the machine has, this one among them. Each
/// thread calls make_worker() once and hands its tasks to the callable that this returns, which
/// thus may own what the thread needs for itself.
///
/// All tasks are run even if one fails; then the exception of the first that failed is thrown, so
/// that the same input gives the same error whatever the threads do.
template <class MakeWorker>
void run_tasks(std::size_t count, const MakeWorker& make_worker) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::size_t failed_task = count;
  std::exception_ptr failure;

  const auto fail = [&](std::size_t task) {
    const std::lock_guard lock(mutex);
    if (failure == nullptr || task < failed_task) {
      failed_task = task;
      failure = std::current_exception();
    }
  };
  const auto run = [&] {
    try {
      auto worker = make_worker();
      for (std::size_t task = next++; task < count; task = next++) {
        try {
          worker(task);
        } catch (...) {
          fail(task);
        }
      }
    } catch (...) {
      fail(count);
    }
  };

  const std::size_t wanted =
      std::min<std::size_t>(count, std::max(1U, std::thread::hardware_concurrency()));
  {
    std::vector<std::jthread> helpers;
    helpers.reserve(wanted);
    try {
      while (helpers.size() + 1 < wanted) {
        helpers.emplace_back(run);
      }
    } catch (const std::system_error&) {
      // The system gives no more threads: those that there are do all the work.
    }
    run();
  }
  if (failure != nullptr) {
    std::rethrow_exception(failure);
  }
}

}  // namespace heapscan::formats
