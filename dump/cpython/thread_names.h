#pragma once

#include <vector>

#include "dump/cpython/interpreter_reader.h"
#include "dump/cpython/type_table.h"

namespace heapscan::dump::cpython {

/// Gives each thread the name that the program's threading module knows it by; threads that the
/// module does not know are named by their native id. `runtime_modules` is the dict of
/// sys.modules.
void name_threads(const ObjectReader& reader,
                  TypeTable& types,
                  std::uint64_t runtime_modules,
                  std::vector<FoundThread>& threads);

}  // namespace heapscan::dump::cpython
