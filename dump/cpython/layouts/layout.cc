#include "dump/cpython/layouts/layout.h"

#include <algorithm>
#include <array>

#include "dump/cpython/layouts/layouts.h"

namespace heapscan::dump::cpython {
namespace {

// By version, and the latest of one version first.
constexpr std::array<const Layout*, 10> kLayouts = {
    &kPython38,    &kPython39,  &kPython310,  &kPython311,  &kPython312,
    &kPython31315, &kPython313, &kPython3145, &kPython3144, &kPython3140};

}  // namespace

std::span<const Layout* const> find_layouts(unsigned major, unsigned minor) {
  const auto is_of_version = [&](const Layout* layout) {
    return layout->major == major && layout->minor == minor;
  };
  const auto first = std::find_if(kLayouts.begin(), kLayouts.end(), is_of_version);
  return {first, std::find_if_not(first, kLayouts.end(), is_of_version)};
}

Address collector_address(const Layout& layout, Address runtime, Address interpreter) {
  return layout.runtime.gc != 0 ? runtime + layout.runtime.gc : interpreter + layout.interpreter.gc;
}

std::string supported_versions() {
  return "CPython 3.8 to 3.14 on x86-64 Linux";
}

}  // namespace heapscan::dump::cpython
