#pragma once

#include "analysis/store/queried_dumps.h"

struct sqlite3;

namespace heapscan::analysis::store {

/// Makes the table-valued functions known to a connection: what graph code answers in a moment and
/// recursive SQL in a minute.
///
///   path_to_root(id)          step, object_id, kind, label: from the root (step 0) to the object
///   referrers(id, depth)      object_id, distance: what refers to it, within `depth` (1) steps
///   referents(id, depth)      object_id, distance: what it refers to
///   dominated(id)             object_id, distance: what it immediately dominates (distance 1)
///   retained_by(id)           object_id, distance: all that would be freed with it, itself
///   included
///
/// Each takes the dump's id as its last argument; left out, it is the first dump's. `dumps` must
/// outlive the connection. An id that is no object's gives no rows.
void add_functions(sqlite3* connection, QueriedDumps& dumps);

}  // namespace heapscan::analysis::store
