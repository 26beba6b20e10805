#pragma once

#include "dump/cpython/objects/model/reference_visitor.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/objects/model/walking.h"
#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// Visits the references of an object, each once for each count that it holds: what its type's
/// family knows, its attributes, conservatively the words of C types that are not known, and its
/// type.
void walk_references(const WalkContext& context,
                     Address object,
                     const TypeInfo& type,
                     ReferenceVisitor& visitor);

}  // namespace heapscan::dump::cpython
