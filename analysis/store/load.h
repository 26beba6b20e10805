#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "dump/heap.h"

namespace heapscan::analysis::store {

/// Called periodically with the number of rows written so far and in total; returns whether to
/// continue.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// What to load, and how.
struct LoadRequest {
  const dump::Heap& heap;
  std::string source;  ///< The path for the table of dumps.
  /// The bytes of the dump file, which are kept in the database so that it can replace the dump.
  std::span<const std::byte> file;
  bool references = true;  ///< False: neither references nor the file, for a small database.
  bool again = false;      ///< Even if the database has a dump with the same contents.
};

/// Adds one dump to the SQLite database at `database`, which is created if it does not exist: the
/// tables of the schema (see schema.h) in one transaction, so that the file either has the whole
/// dump or is unchanged. Returns the id of the dump. Throws Error(kBadInput) for a file that is not
/// a heapscan database of this schema, Error(kUsage) for a dump that it already has, Error(kOutput)
/// if it cannot be written or `progress` stops it.
std::int64_t load(const LoadRequest& request,
                  const std::string& database,
                  const Progress& progress);

}  // namespace heapscan::analysis::store
