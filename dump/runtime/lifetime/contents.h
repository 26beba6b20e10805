#pragma once

#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {

/// Drops the references that may be part of a cycle, as tp_clear does. The caller holds a
/// reference.
void clear_references(Object* object);

/// Drops all entries of a dict or set.
void clear_table(TableObject* object);

/// Frees what the object owns in addition to its block. Requires: its references were dropped.
void free_buffers(Object* object);

}  // namespace heapscan::dump::runtime
