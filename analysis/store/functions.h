#pragma once

#include "analysis/store/queried_dumps.h"

struct sqlite3;

namespace heapscan::analysis::store {

/// Registers the table-valued functions with a connection: they answer at once what takes recursive
/// SQL a minute.
///
///   path_to_root(id)          step, object_id, kind, label: from the root (step 0) to the object
///   referrers(id, depth)      object_id, distance: what refers to it, within `depth` (1) steps
///   referents(id, depth)      object_id, distance: what it refers to
///   dominated(id)             object_id, distance: what it immediately dominates (distance 1)
///   retained_by(id)           object_id, distance: all that would be freed with it, and itself
///
/// Each takes the id of the dump as an optional last argument (default: the first dump). The id of
/// no object gives no rows. `dumps` must outlive the connection.
void add_functions(sqlite3* connection, QueriedDumps& dumps);

}  // namespace heapscan::analysis::store
