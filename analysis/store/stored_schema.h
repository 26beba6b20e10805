#pragma once

#include "analysis/store/database.h"

namespace heapscan::analysis::store {

/// Throws Error(kBadInput) that says what the database is when it is not one of heapscan, or of
/// another version of the schema.
void require_heapscan_schema(Database& database);

/// Likewise, but takes older versions whose tables `dump` and `dump_file` are the same.
void require_stored_dumps(Database& database);

/// Makes the tables in a new file; requires them in one that is not.
void prepare_schema(Database& database);

}  // namespace heapscan::analysis::store
