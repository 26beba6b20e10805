#pragma once

#include <vector>

#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/objects/type_table.h"

namespace heapscan::dump::cpython {

/// Gives each thread its name from the threading module of its interpreter, or of another
/// interpreter, as a thread can run code of several; threads that no module knows are named by
/// their native id. Names include the interpreter of a thread, unless it is the main one: "worker
/// of interpreter 1".
void name_threads(const ObjectReader& reader, TypeTable& types, std::vector<FoundThread>& threads);

}  // namespace heapscan::dump::cpython
