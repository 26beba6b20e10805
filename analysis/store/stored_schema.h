#pragma once

#include "analysis/store/database.h"

namespace heapscan::analysis::store {

/// Throws Error(kBadInput) for a database that is not heapscan's, or has another version of the
/// schema.
void require_heapscan_schema(Database& database);

/// Likewise, but accepts older versions with the same tables `dump` and `dump_file`.
void require_stored_dumps(Database& database);

/// Creates the tables in a new file; requires them in an existing one.
void prepare_schema(Database& database);

}  // namespace heapscan::analysis::store
