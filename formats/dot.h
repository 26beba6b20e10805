#pragma once

#include <iosfwd>

#include "analysis/graph/neighbourhood.h"
#include "dump/heap.h"

namespace heapscan::formats {

/// Writes the neighbourhood as a Graphviz digraph: boxes coloured by the kind of object (instance,
/// container, text or number, type, function or code, module) with type, value preview and size,
/// seeds drawn bold, roots marked, edges labelled with the names of the references. Whatever the
/// names contain, the result is valid dot with no markup of theirs.
void write_dot(const dump::Heap& heap, const analysis::Neighbourhood& part, std::ostream& out);

}  // namespace heapscan::formats
