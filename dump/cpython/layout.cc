#include "dump/cpython/layout.h"

#include <array>

#include "dump/cpython/layouts/layouts.h"

namespace heapscan::dump::cpython {
namespace {

const std::array<const Layout*, 6> kLayouts = {&kPython38,  &kPython39,  &kPython310,
                                               &kPython311, &kPython312, &kPython313};

}  // namespace

const Layout* find_layout(unsigned major, unsigned minor) {
  for (const Layout* const layout : kLayouts) {
    if (layout->major == major && layout->minor == minor) {
      return layout;
    }
  }
  return nullptr;
}

std::uint64_t collector_address(const Layout& layout,
                                std::uint64_t runtime,
                                std::uint64_t interpreter) {
  return layout.runtime.gc != 0 ? runtime + layout.runtime.gc : interpreter + layout.interpreter.gc;
}

std::string supported_versions() {
  return "CPython 3.8 to 3.13 on x86-64 Linux";
}

}  // namespace heapscan::dump::cpython
