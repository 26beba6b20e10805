#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "dump/heap.h"

namespace heapscan::analysis::store {

/// Called now and then with the rows that were written and the rows that will be written in all.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Adds one dump to the SQLite database at `database`, which is made when it does not exist: the
/// tables of the schema (see schema.h) in one transaction, so that the file has the whole dump or
/// is as it was. `source` is the path that the dump table tells. Returns the dump's id. Throws
/// Error(kBadInput) for a file that is not a heapscan database of this schema, Error(kOutput) when
/// it cannot be written.
std::int64_t load(const dump::Heap& heap,
                  const std::string& source,
                  const std::string& database,
                  const Progress& progress);

}  // namespace heapscan::analysis::store
