#pragma once

#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {

/// Empties the object of what may be part of a cycle, as tp_clear does. The caller holds a
/// reference.
void clear_references(Object* object);

/// Gives up all entries of a dict or set.
void clear_table(TableObject* object);

/// Frees what the object owns beside its block. Requires: its references were given up.
void free_buffers(Object* object);

}  // namespace heapscan::dump::runtime
