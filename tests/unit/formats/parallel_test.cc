#include "formats/hsd/parallel.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace heapscan::formats {
namespace {

/// Enough work for any number of threads.
constexpr std::uint64_t kMuch = std::uint64_t{1} << 40U;

TEST(RunTasks, EveryTaskIsRunOnce) {
  std::vector<std::atomic<int>> runs(1000);
  run_tasks(runs.size(), kMuch, [&] { return [&](std::size_t task) { ++runs[task]; }; });
  for (const std::atomic<int>& each : runs) {
    EXPECT_EQ(each, 1);
  }
}

TEST(RunTasks, LittleWorkStaysOnTheCallingThread) {
  const std::thread::id caller = std::this_thread::get_id();
  run_tasks(100, 1000, [&] {
    return [&](std::size_t /*task*/) { EXPECT_EQ(caller, std::this_thread::get_id()); };
  });
}

TEST(RunTasks, NoTasksMeanNoWork) {
  run_tasks(0, kMuch, [] { return [](std::size_t /*task*/) { FAIL(); }; });
}

TEST(RunTasks, TheFirstTasksFailureIsThrownWhicheverFailsFirst) {
  for (int repetition = 0; repetition < 100; ++repetition) {
    std::atomic<int> runs = 0;
    const auto fail_sometimes = [&](std::size_t task) {
      ++runs;
      if (task % 10 == 7) {
        throw std::runtime_error(std::to_string(task));
      }
    };
    std::string thrown;
    try {
      run_tasks(50, kMuch, [&] { return fail_sometimes; });
    } catch (const std::runtime_error& error) {
      thrown = error.what();
    }
    EXPECT_EQ(thrown, "7");
    EXPECT_EQ(runs, 50);
  }
}

TEST(RunTasks, AThreadThatCannotBeStartedIsAFailure) {
  struct Worker {
    Worker() { throw std::runtime_error("no worker"); }

    void operator()(std::size_t /*task*/) const {}
  };

  const auto run = [] { run_tasks(3, kMuch, [] { return Worker(); }); };
  EXPECT_THROW(run(), std::runtime_error);
}

}  // namespace
}  // namespace heapscan::formats
