#include "dump/runtime/scenarios/scenario.h"

#include <algorithm>
#include <array>

#include "dump/runtime/heap_dump.h"
#include "dump/runtime/scenarios/programs.h"

namespace heapscan::dump::runtime::scenarios {

std::span<const Scenario> all() {
  static constexpr std::array kScenarios = {
      Scenario{"circular-reference",
               "Each step drops a parent and a child that refer to each other: their reference "
               "counts never reach 0, so each pair is an unreachable cycle.",
               set_up_circular_reference, step_circular_reference},
      Scenario{"finalizer-cycle",
               "Each step drops a connection and its log, which refer to each other: the "
               "unreachable cycles have finalizers, which run only when a collection finds them.",
               set_up_finalizer_cycle, step_finalizer_cycle},
      Scenario{"weak-reference-cure",
               "Parents and children as before, but the child has only a weak reference to its "
               "parent: what was dropped was freed at once, and nothing is unreachable.",
               set_up_weak_reference_cure, step_weak_reference_cure},
      Scenario{"unbounded-cache",
               "Each step adds pages to a cache that nothing is ever removed from: the module "
               "variable cache holds what grows.",
               set_up_unbounded_cache, step_unbounded_cache},
      Scenario{"listener-leak",
               "Windows were closed, but never unsubscribed: the list of listeners of the event "
               "bus keeps all of them alive.",
               set_up_listener_leak, step_listener_leak},
      Scenario{"closure-leak",
               "Callbacks that need only a number captured the whole request: closure cells keep "
               "the bodies of all requests alive.",
               set_up_closure_leak, step_closure_leak},
      Scenario{"slots-against-dict",
               "The same points, once with slots and once with a dict each: those with a dict "
               "retain about three times as much.",
               set_up_slots_against_dict, step_slots_against_dict},
      Scenario{"interning",
               "The same ten words, read over and over, without and with interning: one list keeps "
               "one string per item, the other ten in total.",
               set_up_interning, step_interning},
      Scenario{"list-array-generator",
               "The same numbers in a list, in an array and from a generator: an object each, "
               "eight bytes each, or only the last number.",
               set_up_list_array_generator, step_list_array_generator},
      Scenario{"fragmentation",
               "Each step frees seven of every eight records of one size: the few that survive are "
               "spread over pools that no other size can use.",
               set_up_fragmentation, step_fragmentation},
  };
  return kScenarios;
}

const Scenario* find(std::string_view name) {
  const std::span<const Scenario> scenarios = all();
  const auto found =
      std::find_if(scenarios.begin(), scenarios.end(),
                   [name](const Scenario& scenario) { return scenario.name == name; });
  return found == scenarios.end() ? nullptr : &*found;
}

void play(const Scenario& scenario, std::uint64_t steps, const AfterStep& after_step) {
  Runtime runtime;
  scenario.set_up(runtime);
  for (std::uint64_t number = 0; number < steps; ++number) {
    scenario.step(runtime, number);
    after_step(number + 1, runtime);
  }
}

Heap reproducible_dump(const Runtime& runtime) {
  DumpOptions options;
  options.process_facts = false;
  options.numbered_addresses = true;
  return dump_heap(runtime, options);
}

}  // namespace heapscan::dump::runtime::scenarios
