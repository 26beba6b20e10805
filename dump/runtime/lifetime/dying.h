#pragma once

#include "dump/runtime/objects/object_header.h"

namespace heapscan::dump::runtime {

/// The TypeInfo::die of every type.
void die(Object* object) noexcept;

/// Frees buffers and block. Requires: its references were dropped.
void free_object(Object* object) noexcept;

/// Runs the object's finalizer if it has one that has not run yet. Requires: the caller holds a
/// reference, or the object is dying.
void run_finalizer(Object* object);

}  // namespace heapscan::dump::runtime
