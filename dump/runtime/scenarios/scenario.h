#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "dump/heap.h"
#include "dump/runtime/runtime.h"

/// Small programs on the bundled runtime; each shows one way to use or to leak memory.
namespace heapscan::dump::runtime::scenarios {

/// A program that keeps all its objects in modules, so that a dump between two steps explains every
/// reference count.
struct Scenario {
  std::string_view name;
  std::string_view shows;  ///< What its dump shows, in one sentence.
  void (*set_up)(Runtime& runtime);
  void (*step)(Runtime& runtime, std::uint64_t number);  ///< Steps count from 0.
};

/// All scenarios, in the best order to read them.
[[nodiscard]] std::span<const Scenario> all();

/// nullptr if there is none of this name.
[[nodiscard]] const Scenario* find(std::string_view name);

/// Called after each step with the number of steps that ran.
using AfterStep = std::function<void(std::uint64_t steps, const Runtime& runtime)>;

/// Runs the program in a runtime of its own. An exception from `after_step` ends it.
void play(const Scenario& scenario, std::uint64_t steps, const AfterStep& after_step);

/// The heap, identical in each run of the program: with numbered addresses, and without facts about
/// the process.
[[nodiscard]] Heap reproducible_dump(const Runtime& runtime);

}  // namespace heapscan::dump::runtime::scenarios
