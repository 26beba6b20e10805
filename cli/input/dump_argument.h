#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dump/system/file_descriptor.h"

namespace heapscan::cli {

/// An argument that names a dump: a dump file, or a dump in a database written by `heapscan load`,
/// as in heap.db:2.
struct DumpArgument {
  std::string file;
  std::optional<std::int64_t> stored;  ///< Its number in the database; none for a dump file.
};

/// A database with one dump needs no number. Throws Error(kUsage) if it has several and no number
/// is given, Error(kBadInput) if it is not a heapscan database.
[[nodiscard]] DumpArgument dump_argument(const std::string& text);

/// A dump as a file: the file itself, or an in-memory copy of a dump in a database, which exists as
/// long as this object.
class DumpFile {
 public:
  /// Throws Error(kBadInput) if the database does not have the dump.
  explicit DumpFile(const DumpArgument& argument);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  dump::FileDescriptor memory_;
  std::string path_;
};

}  // namespace heapscan::cli
