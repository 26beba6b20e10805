#pragma once

#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {

/// Removes the weak reference from its referent's list: it is dead from now on. No callback runs.
/// Does nothing if it is already dead.
void clear_weak_reference(WeakRefObject* weak);

/// Runs the callback and drops it. Requires: the caller holds a reference to `weak`.
void call_weak_callback(WeakRefObject* weak);

/// Clears every weak reference to the object, then runs their callbacks, newest first.
void clear_weak_references_to(Object* object);

}  // namespace heapscan::dump::runtime
