#include <array>
#include <string>

#include "dump/runtime/scenarios/programs.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"

namespace heapscan::dump::runtime::scenarios {

void set_up_slots_against_dict(Runtime& runtime) {
  const Ref geometry = add_module(runtime, "geometry");
  ClassFacts facts;
  facts.name = "geometry.DictPoint";
  module::set(geometry, "DictPoint", klass::make(runtime, facts));
  facts.name = "geometry.SlotPoint";
  facts.slots = {"x", "y"};
  facts.has_dict = false;
  module::set(geometry, "SlotPoint", klass::make(runtime, facts));
  module::set(geometry, "with_dict", list::make(runtime));
  module::set(geometry, "with_slots", list::make(runtime));
}

void step_slots_against_dict(Runtime& runtime, std::uint64_t number) {
  const auto add_point = [&runtime, number](const char* class_name, const char* list_name) {
    const Ref point = instance::make(variable(runtime, "geometry", class_name));
    instance::set(point, "x", real(runtime, static_cast<double>(number)));
    instance::set(point, "y", real(runtime, 0.5));
    list::append(variable(runtime, "geometry", list_name), point);
  };
  for (std::uint64_t thing = 0; thing < kThingsPerStep; ++thing) {
    add_point("DictPoint", "with_dict");
    add_point("SlotPoint", "with_slots");
  }
}

void set_up_interning(Runtime& runtime) {
  const Ref words = add_module(runtime, "words");
  module::set(words, "copies", list::make(runtime));
  module::set(words, "interned", list::make(runtime));
}

void step_interning(Runtime& runtime, std::uint64_t /*number*/) {
  static constexpr std::array kWords = {"north", "south", "east",   "west",   "red",
                                        "green", "blue",  "single", "double", "triple"};
  for (std::uint64_t thing = 0; thing < kThingsPerStep; ++thing) {
    const Ref word = str::make_unshared(runtime, kWords.at(thing % kWords.size()));
    list::append(variable(runtime, "words", "copies"), word);
    const Ref another = str::make_unshared(runtime, kWords.at(thing % kWords.size()));
    list::append(variable(runtime, "words", "interned"), str::intern(another));
  }
}

void set_up_list_array_generator(Runtime& runtime) {
  const Ref numbers = add_module(runtime, "numbers");
  module::set(numbers, "in_list", list::make(runtime));
  module::set(numbers, "in_array", array::make(runtime, std::span<const std::int64_t>()));
  module::set(numbers, "generator",
              suspended_frame::make(runtime, "count", {{"number", integer(runtime, 0)}}));
}

void step_list_array_generator(Runtime& runtime, std::uint64_t number) {
  constexpr std::uint64_t kFirst = 1000;  // Beyond the shared ones.
  for (std::uint64_t thing = 0; thing < kThingsPerStep; ++thing) {
    const auto value = static_cast<std::int64_t>(kFirst + number * kThingsPerStep + thing);
    list::append(variable(runtime, "numbers", "in_list"), integer(runtime, value));
    array::append(variable(runtime, "numbers", "in_array"), value);
    suspended_frame::set(variable(runtime, "numbers", "generator"), "number",
                         integer(runtime, value));
  }
}

void set_up_fragmentation(Runtime& runtime) {
  const Ref records = add_module(runtime, "records");
  module::set(records, "kept", list::make(runtime));
}

void step_fragmentation(Runtime& runtime, std::uint64_t number) {
  constexpr std::uint64_t kRecords = 64;
  constexpr std::uint64_t kEach = 8;  // One in this many survives.
  constexpr std::uint64_t kSizes = 16;
  const std::string record(200 + number % kSizes * 16, '.');
  const Ref kept = variable(runtime, "records", "kept");
  const Ref batch = list::make(runtime);
  for (std::uint64_t row = 0; row < kRecords; ++row) {
    const Ref made = bytes::make(runtime, record);
    list::append(row % kEach == 0 ? kept : batch, made);
  }
}

}  // namespace heapscan::dump::runtime::scenarios
