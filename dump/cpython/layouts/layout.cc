#include "dump/cpython/layouts/layout.h"

#include <algorithm>
#include <array>

#include "dump/cpython/layouts/facts.h"
#include "dump/cpython/layouts/tables.h"

namespace heapscan::dump::cpython {
namespace {

constexpr auto kLayouts = [] {
  auto layouts = kTables;
  for (Layout& layout : layouts) {
    add_facts(layout);
  }
  return layouts;
}();

constexpr auto kByVersion = [] {
  std::array<const Layout*, kLayouts.size()> layouts = {};
  std::transform(kLayouts.begin(), kLayouts.end(), layouts.begin(),
                 [](const Layout& layout) { return &layout; });
  return layouts;
}();

std::string name_of(const Layout& layout) {
  return std::to_string(layout.major) + "." + std::to_string(layout.minor);
}

}  // namespace

std::span<const Layout* const> find_layouts(unsigned major, unsigned minor) {
  const auto is_of_version = [&](const Layout* layout) {
    return layout->major == major && layout->minor == minor;
  };
  const auto first = std::find_if(kByVersion.begin(), kByVersion.end(), is_of_version);
  return {first, std::find_if_not(first, kByVersion.end(), is_of_version)};
}

const Layout& newest_layout(std::span<const Layout* const> layouts, unsigned patch) {
  return **std::find_if(layouts.begin(), layouts.end() - 1,
                        [&](const Layout* layout) { return layout->patch <= patch; });
}

Address collector_address(const Layout& layout, Address runtime, Address interpreter) {
  return layout.runtime.gc != 0 ? runtime + layout.runtime.gc : interpreter + layout.interpreter.gc;
}

std::string supported_versions() {
  return "CPython " + name_of(kLayouts.front()) + " to " + name_of(kLayouts.back()) +
         " on x86-64 Linux";
}

}  // namespace heapscan::dump::cpython
