#include "dump/runtime/scenarios/programs.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "dump/runtime/types/weak_references.h"

namespace heapscan::dump::runtime::scenarios {
namespace {

/// A module "family" with the classes Parent and Child.
Ref add_family(Runtime& runtime) {
  Ref family = add_module(runtime, "family");
  ClassFacts facts;
  facts.slots = {"relative"};
  facts.has_dict = false;
  facts.name = "family.Parent";
  module::set(family, "Parent", klass::make(runtime, facts));
  facts.name = "family.Child";
  module::set(family, "Child", klass::make(runtime, facts));
  return family;
}

/// A parent that refers to a child, which refers to its parent weakly.
Ref parent_with_weak_child(Runtime& runtime) {
  Ref parent = instance::make(variable(runtime, "family", "Parent"));
  const Ref child = instance::make(variable(runtime, "family", "Child"));
  instance::set(parent, "relative", child);
  instance::set(child, "relative", weak::make(parent));
  return parent;
}

}  // namespace

void set_up_circular_reference(Runtime& runtime) {
  runtime.gc().disable();
  add_family(runtime);
}

void step_circular_reference(Runtime& runtime, std::uint64_t /*number*/) {
  const Ref parent = instance::make(variable(runtime, "family", "Parent"));
  const Ref child = instance::make(variable(runtime, "family", "Child"));
  instance::set(parent, "relative", child);
  instance::set(child, "relative", parent);
}

void set_up_finalizer_cycle(Runtime& runtime) {
  runtime.gc().disable();
  const Ref network = add_module(runtime, "network");
  ClassFacts facts;
  facts.slots = {"log"};
  facts.has_dict = false;
  facts.name = "network.Connection";
  facts.finalizer = [](View connection) {
    list::append(instance::get(connection, "log"), instance::class_of(connection));
  };
  module::set(network, "Connection", klass::make(runtime, facts));
}

void step_finalizer_cycle(Runtime& runtime, std::uint64_t /*number*/) {
  const Ref connection = instance::make(variable(runtime, "network", "Connection"));
  const Ref log = list::make(runtime, {str::make_unshared(runtime, "opened"), connection});
  instance::set(connection, "log", log);
}

void set_up_weak_reference_cure(Runtime& runtime) {
  runtime.gc().disable();
  const Ref family = add_family(runtime);
  module::set(family, "kept", list::make(runtime));
}

void step_weak_reference_cure(Runtime& runtime, std::uint64_t /*number*/) {
  list::append(variable(runtime, "family", "kept"), parent_with_weak_child(runtime));
  const Ref dropped = parent_with_weak_child(runtime);
}

}  // namespace heapscan::dump::runtime::scenarios
