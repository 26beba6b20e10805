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
  std::string path;  ///< From where it was loaded.
};

/// Whether the file begins as an SQLite database does.
[[nodiscard]] bool is_database(const std::string& path);

/// The dumps in a database that load() has written, in this or an older version of the schema, by
/// ascending id. Throws Error(kBadInput) for any other file.
[[nodiscard]] std::vector<StoredDump> stored_dumps(const std::string& database);

/// Gives the dump's own bytes to `write`, part by part. Throws Error(kBadInput) when the database
/// has no such dump, or was loaded without references and so does not keep it.
void read_stored_dump(const std::string& database,
                      std::int64_t id,
                      const std::function<void(std::span<const std::byte>)>& write);

}  // namespace heapscan::analysis::store
