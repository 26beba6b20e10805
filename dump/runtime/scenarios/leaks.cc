#include <string>

#include <fmt/format.h>

#include "dump/runtime/scenarios/programs.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"

namespace heapscan::dump::runtime::scenarios {
namespace {

constexpr std::size_t kBodyLength = 200;

/// A string that no other thing has.
Ref body_of(Runtime& runtime, std::uint64_t thing) {
  std::string text = fmt::format("body {} ", thing);
  text.resize(kBodyLength, '.');
  return str::make_unshared(runtime, text);
}

/// A class whose instances have only these attributes.
Ref make_class(Runtime& runtime, std::string_view name, std::vector<std::string> slots) {
  ClassFacts facts;
  facts.name = name;
  facts.slots = std::move(slots);
  facts.has_dict = false;
  return klass::make(runtime, facts);
}

}  // namespace

void set_up_unbounded_cache(Runtime& runtime) {
  const Ref shop = add_module(runtime, "shop");
  module::set(shop, "Page", make_class(runtime, "shop.Page", {"body"}));
  module::set(shop, "cache", dict::make(runtime));
}

void step_unbounded_cache(Runtime& runtime, std::uint64_t number) {
  const Ref cache = variable(runtime, "shop", "cache");
  for (std::uint64_t thing = 0; thing < kThingsPerStep; ++thing) {
    const std::uint64_t item = number * kThingsPerStep + thing;
    const Ref page = instance::make(variable(runtime, "shop", "Page"));
    instance::set(page, "body", body_of(runtime, item));
    dict::set(cache, str::make(runtime, fmt::format("/item/{}", item)), page);
  }
}

void set_up_listener_leak(Runtime& runtime) {
  const Ref desktop = add_module(runtime, "desktop");
  module::set(desktop, "Bus", make_class(runtime, "desktop.Bus", {"listeners"}));
  module::set(desktop, "Window", make_class(runtime, "desktop.Window", {"title", "content"}));
  const Ref bus = instance::make(variable(runtime, "desktop", "Bus"));
  instance::set(bus, "listeners", list::make(runtime));
  module::set(desktop, "bus", bus);
}

void step_listener_leak(Runtime& runtime, std::uint64_t number) {
  const Ref listeners = instance::get(variable(runtime, "desktop", "bus"), "listeners");
  for (std::uint64_t thing = 0; thing < kThingsPerStep; ++thing) {
    const std::uint64_t row = number * kThingsPerStep + thing;
    const Ref window = instance::make(variable(runtime, "desktop", "Window"));
    instance::set(window, "title", str::make(runtime, fmt::format("window {}", row)));
    instance::set(window, "content", body_of(runtime, row));
    // The window listens to the bus and is closed, but never removed from the list.
    list::append(listeners, window);
  }
}

void set_up_closure_leak(Runtime& runtime) {
  const Ref server = add_module(runtime, "server");
  module::set(server, "Request", make_class(runtime, "server.Request", {"number", "body"}));
  module::set(server, "callbacks", list::make(runtime));
}

void step_closure_leak(Runtime& runtime, std::uint64_t number) {
  const Ref callbacks = variable(runtime, "server", "callbacks");
  for (std::uint64_t thing = 0; thing < kThingsPerStep; ++thing) {
    const std::uint64_t row = number * kThingsPerStep + thing;
    const Ref request = instance::make(variable(runtime, "server", "Request"));
    instance::set(request, "number", integer(runtime, static_cast<std::int64_t>(row)));
    instance::set(request, "body", body_of(runtime, row));
    const auto on_done = [](const function::Call& call) {
      return instance::get(call.free_variable("request"), "number");
    };
    list::append(callbacks, function::make(runtime, "on_done", on_done,
                                           {{"request", cell::make(runtime, request)}}));
  }
}

}  // namespace heapscan::dump::runtime::scenarios
