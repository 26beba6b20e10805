#pragma once

#include <cstdint>
#include <vector>

#include "dump/cpython/objects/model/object_reader.h"

namespace heapscan::dump::cpython {

/// The objects that the callbacks of the module atexit hold (functions, arguments, keywords), each
/// as often as it is held. `place` has the pointer to the array of callbacks, followed by their
/// number.
[[nodiscard]] std::vector<Address> exit_callbacks(const ObjectReader& reader, Address place);

}  // namespace heapscan::dump::cpython
