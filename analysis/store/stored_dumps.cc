#include "analysis/store/stored_dumps.h"

#include <fstream>
#include <string_view>

#include "analysis/store/database.h"
#include "analysis/store/stored_schema.h"
#include "dump/error.h"

namespace heapscan::analysis::store {

bool is_database(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::string begin(kMagic.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == kMagic;
}

std::vector<StoredDump> stored_dumps(const std::string& database) {
  Database opened(database, OpenMode::kRead);
  require_stored_dumps(opened);
  std::vector<StoredDump> dumps;
  Statement rows = opened.prepare("SELECT id, path FROM dump ORDER BY id");
  while (rows.step()) {
    dumps.push_back({rows.number(0), rows.text(1)});
  }
  return dumps;
}

void read_stored_dump(const std::string& database,
                      std::int64_t id,
                      const std::function<void(std::span<const std::byte>)>& write) {
  Database opened(database, OpenMode::kRead);
  require_stored_dumps(opened);
  Statement known = opened.prepare("SELECT 1 FROM dump WHERE id = ?");
  known.bind(1, id);
  if (!known.step()) {
    throw Error(ErrorKind::kBadInput, database + ": has no dump " + std::to_string(id));
  }
  Statement parts = opened.prepare("SELECT bytes FROM dump_file WHERE dump_id = ? ORDER BY part");
  parts.bind(1, id);
  bool any = false;
  while (parts.step()) {
    any = true;
    write(parts.bytes(0));
  }
  if (!any) {
    throw Error(ErrorKind::kBadInput,
                database + ": dump " + std::to_string(id) +
                    " was loaded with --no-references and cannot replace the dump: use the "
                    "dump file");
  }
}

}  // namespace heapscan::analysis::store
