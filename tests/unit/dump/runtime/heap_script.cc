// Runs a script of heap operations on the bundled runtime, and prints their observable effects: one
// line for each result, finalizer and weak callback. agrees_with_python_test.py runs the same
// script on CPython. The program holds one reference to each object of the script, by its number.

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "dump/runtime/runtime.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/functions.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "dump/runtime/types/values.h"
#include "dump/runtime/types/weak_references.h"

namespace heapscan::tests {
namespace {

using namespace dump::runtime;  // NOLINT(google-build-using-namespace)

class Script {
 public:
  Script() {
    runtime_.gc().disable();
    ClassFacts facts;
    facts.name = "Node";
    facts.slots = {"a", "b", "name"};
    facts.has_dict = false;
    facts.finalizer = [](View node) {
      std::cout << "finalized " << str::value(instance::get(node, "name")) << '\n';
    };
    node_class_ = klass::make(runtime_, facts);
    on_death_ = function::make(runtime_, "on_death", [this](const function::Call& call) {
      std::cout << "dead " << weak_numbers_.at(call.arguments[0].get()) << '\n';
      return Ref();
    });
  }

  void run(const std::string& line) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    numbers_.clear();
    for (std::int64_t number = 0; words >> number;) {
      numbers_.push_back(number);
    }
    operations_.at(name)();
  }

 private:
  using Operation = std::function<void()>;

  [[nodiscard]] std::int64_t number(std::size_t at) const { return numbers_.at(at); }

  [[nodiscard]] std::uint64_t position(std::size_t at) const {
    return static_cast<std::uint64_t>(numbers_.at(at));
  }

  [[nodiscard]] View object(std::size_t at) const { return objects_.at(numbers_.at(at)); }

  void keep(Ref made) { objects_[number(0)] = std::move(made); }

  void make_tuple() {
    std::vector<View> items;
    for (std::size_t at = 1; at < numbers_.size(); ++at) {
      items.push_back(object(at));
    }
    keep(tuple::make(runtime_, items));
  }

  void make_node() {
    keep(instance::make(node_class_));
    instance::set(object(0), "name", str::make(runtime_, "n" + std::to_string(number(0))));
  }

  void make_weak() {
    keep(weak::make(object(1), on_death_));
    weak_numbers_[object(0).get()] = number(0);
  }

  void show() const {
    std::cout << "shown " << getrefcount(object(0)) << ' ' << CycleCollector::is_tracked(object(0))
              << ' ' << getsizeof(object(0)) << '\n';
  }

  std::map<const Object*, std::int64_t> weak_numbers_;  ///< Callbacks run until the end.
  Runtime runtime_;
  Ref node_class_;
  Ref on_death_;
  std::map<std::int64_t, Ref> objects_;
  std::vector<std::int64_t> numbers_;
  std::map<std::string, Operation> operations_ = {
      {"list", [this] { keep(list::make(runtime_)); }},
      {"dict", [this] { keep(dict::make(runtime_)); }},
      {"deque", [this] { keep(deque::make(runtime_)); }},
      {"cell", [this] { keep(cell::make(runtime_, View())); }},
      {"tuple", [this] { make_tuple(); }},
      {"node", [this] { make_node(); }},
      {"weak", [this] { make_weak(); }},
      {"append", [this] { list::append(object(0), object(1)); }},
      {"remove_at", [this] { (void)list::remove_at(object(0), position(1)); }},
      {"push", [this] { deque::append(object(0), object(1)); }},
      {"pop_left", [this] { (void)deque::pop_left(object(0)); }},
      {"set_item", [this] { dict::set(object(0), integer(runtime_, number(1)), object(2)); }},
      {"remove_item", [this] { dict::remove(object(0), integer(runtime_, number(1))); }},
      {"set_a", [this] { instance::set(object(0), "a", object(1)); }},
      {"set_b", [this] { instance::set(object(0), "b", object(1)); }},
      {"set_cell", [this] { cell::set(object(0), object(1)); }},
      {"show", [this] { show(); }},
      {"drop", [this] { objects_.extract(number(0)).mapped().reset(); }},
      {"collect",
       [this] {
         const auto generation = static_cast<unsigned>(number(0));
         const std::uint64_t found = runtime_.gc().collect(generation);
         std::cout << "collected " << found << '\n';
       }},
  };
};

}  // namespace
}  // namespace heapscan::tests

int main() {
  try {
    heapscan::tests::Script script;
    for (std::string line; std::getline(std::cin, line) && line != "end";) {
      script.run(line);
    }
    // The output of finalizers from here on is not compared.
    std::cout << "end\n";
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
