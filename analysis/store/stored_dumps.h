#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace heapscan::analysis::store {

/// A dump in a database.
struct StoredDump {
  std::int64_t id = 0;
  std::string path;  ///< Where it was loaded from.
};

/// Whether the file begins like an SQLite database.
[[nodiscard]] bool is_database(const std::string& path);

/// The dumps in a database written by load(), in this or an older version of the schema, by
/// ascending id. Throws Error(kBadInput) for any other file.
[[nodiscard]] std::vector<StoredDump> stored_dumps(const std::string& database);

/// Passes the bytes of the dump file to `write`, part by part. Throws Error(kBadInput) if the
/// database has no such dump, or does not keep it because it was loaded without references.
void read_stored_dump(const std::string& database,
                      std::int64_t id,
                      const std::function<void(std::span<const std::byte>)>& write);

}  // namespace heapscan::analysis::store
