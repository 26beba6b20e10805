#pragma once

#include <cstdint>
#include <vector>

#include "dump/cpython/objects/object_reader.h"

namespace heapscan::dump::cpython {

/// The objects that the callbacks of the module atexit hold (functions, arguments, keywords), each
/// as often as it is held. `place` is where the pointer to the array of callbacks lies, with their
/// number behind it.
[[nodiscard]] std::vector<std::uint64_t> exit_callbacks(const ObjectReader& reader,
                                                        std::uint64_t place);

}  // namespace heapscan::dump::cpython
