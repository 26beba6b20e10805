#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "dump/heap.h"
#include "dump/runtime/runtime.h"

/// Small programs on the bundled runtime, each of which shows one way to use or to lose memory.
namespace heapscan::dump::runtime::scenarios {

/// A program that keeps everything it has in modules, so that a dump between two steps explains
/// every reference count.
struct Scenario {
  std::string_view name;
  std::string_view shows;  ///< One sentence on what its dump shows.
  void (*set_up)(Runtime& runtime);
  void (*step)(Runtime& runtime, std::uint64_t number);  ///< Steps count from 0.
};

/// All of them, in the order in which they are best read.
[[nodiscard]] std::span<const Scenario> all();

/// nullptr when there is none of this name.
[[nodiscard]] const Scenario* find(std::string_view name);

/// Called after each step with how many steps ran.
using AfterStep = std::function<void(std::uint64_t steps, const Runtime& runtime)>;

/// Runs the program in a runtime of its own. What `after_step` throws ends it.
void play(const Scenario& scenario, std::uint64_t steps, const AfterStep& after_step);

/// The heap as it is in each run of the program: with numbered addresses, and without facts of the
/// process.
[[nodiscard]] Heap reproducible_dump(const Runtime& runtime);

}  // namespace heapscan::dump::runtime::scenarios
