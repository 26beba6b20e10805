#pragma once

#include <vector>

#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/objects/type_table.h"

namespace heapscan::dump::cpython {

/// Gives each thread the name that the threading module of its interpreter knows it by, or that of
/// another interpreter, as a thread can run code of several; threads that no module knows are named
/// by their native id. Names say which interpreter a thread is in, if not the main one: "worker of
/// interpreter 1".
void name_threads(const ObjectReader& reader, TypeTable& types, std::vector<FoundThread>& threads);

}  // namespace heapscan::dump::cpython
