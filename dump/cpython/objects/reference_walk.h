#pragma once

#include "dump/cpython/objects/model/reference_visitor.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/objects/model/walking.h"
#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// Visits the references of an object, each once per count that it holds: those known to its type's
/// family, its attributes, conservatively the words of unknown C types, and its type.
void walk_references(const WalkContext& context,
                     Address object,
                     const TypeInfo& type,
                     ReferenceVisitor& visitor);

}  // namespace heapscan::dump::cpython
