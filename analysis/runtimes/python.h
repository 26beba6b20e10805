#pragma once

#include <optional>

#include "analysis/runtimes/runtime_traits.h"

namespace heapscan::analysis {

/// Everything that the analyses know about the Python language and about the objects of CPython 3.8
/// to 3.14. Nothing else in analysis/ names a type or an attribute of Python.
[[nodiscard]] const RuntimeTraits& python_traits();

/// Sizes of CPython's objects; nothing for another runtime, or a version whose sizes are not known.
[[nodiscard]] std::optional<ObjectSizes> python_sizes(const dump::ProcessFacts& facts);

}  // namespace heapscan::analysis
