#pragma once

#include <cstdint>
#include <string_view>

#include "dump/runtime/runtime.h"
#include "dump/runtime/types/functions.h"

// The contents of the table in scenario.cc: for each scenario its set-up and one step.

namespace heapscan::dump::runtime::scenarios {

/// How many things a step creates if it creates many.
inline constexpr std::uint64_t kThingsPerStep = 20;

/// A new module that is a root.
inline Ref add_module(Runtime& runtime, std::string_view name) {
  Ref module = module::make(runtime, name);
  runtime.add_module(module);
  return module;
}

/// A variable of a module.
[[nodiscard]] inline Ref variable(const Runtime& runtime,
                                  std::string_view module,
                                  std::string_view name) {
  return module::get(runtime.find_module(module), name);
}

// cycles.cc
void set_up_circular_reference(Runtime& runtime);
void step_circular_reference(Runtime& runtime, std::uint64_t number);
void set_up_finalizer_cycle(Runtime& runtime);
void step_finalizer_cycle(Runtime& runtime, std::uint64_t number);
void set_up_weak_reference_cure(Runtime& runtime);
void step_weak_reference_cure(Runtime& runtime, std::uint64_t number);

// leaks.cc
void set_up_unbounded_cache(Runtime& runtime);
void step_unbounded_cache(Runtime& runtime, std::uint64_t number);
void set_up_listener_leak(Runtime& runtime);
void step_listener_leak(Runtime& runtime, std::uint64_t number);
void set_up_closure_leak(Runtime& runtime);
void step_closure_leak(Runtime& runtime, std::uint64_t number);

// layouts.cc
void set_up_slots_against_dict(Runtime& runtime);
void step_slots_against_dict(Runtime& runtime, std::uint64_t number);
void set_up_interning(Runtime& runtime);
void step_interning(Runtime& runtime, std::uint64_t number);
void set_up_list_array_generator(Runtime& runtime);
void step_list_array_generator(Runtime& runtime, std::uint64_t number);
void set_up_fragmentation(Runtime& runtime);
void step_fragmentation(Runtime& runtime, std::uint64_t number);

}  // namespace heapscan::dump::runtime::scenarios
