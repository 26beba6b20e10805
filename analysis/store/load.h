#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "dump/heap.h"

namespace heapscan::analysis::store {

/// Called now and then with the rows that were written and the rows that will be written in all;
/// returns whether to go on.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// What is loaded, and how.
struct LoadRequest {
  const dump::Heap& heap;
  std::string source;  ///< The path that the table of dumps tells.
  /// The dump's own bytes, which are kept in the database so that it can stand for the dump.
  std::span<const std::byte> file;
  bool references = true;  ///< False: neither references nor the file, for a small database.
  bool again = false;      ///< Also when the database has a dump with the same contents.
};

/// Adds one dump to the SQLite database at `database`, which is made when it does not exist: the
/// tables of the schema (see schema.h) in one transaction, so that the file has the whole dump or
/// is as it was. Returns the dump's id. Throws Error(kBadInput) for a file that is not a heapscan
/// database of this schema, Error(kUsage) for a dump that it has already, Error(kOutput) when it
/// cannot be written, and when `progress` stops it.
std::int64_t load(const LoadRequest& request,
                  const std::string& database,
                  const Progress& progress);

}  // namespace heapscan::analysis::store
