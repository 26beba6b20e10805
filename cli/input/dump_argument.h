#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dump/system/file_descriptor.h"

namespace heapscan::cli {

/// What the user names where a dump is wanted: a dump file, or a dump in a database that
/// `heapscan load` has written, as in heap.db:2.
struct DumpArgument {
  std::string file;
  std::optional<std::int64_t> stored;  ///< Its number in the database; none for a dump file.
};

/// A database with one dump needs no number. Throws Error(kUsage) when it has several and none is
/// given, Error(kBadInput) when it is not one of heapscan.
[[nodiscard]] DumpArgument dump_argument(const std::string& text);

/// A dump as a file: itself, or a copy in memory of one in a database, as long as this lives.
class DumpFile {
 public:
  /// Throws Error(kBadInput) when the database does not have the dump.
  explicit DumpFile(const DumpArgument& argument);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  dump::FileDescriptor memory_;
  std::string path_;
};

}  // namespace heapscan::cli
