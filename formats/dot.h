#pragma once

#include <array>
#include <iosfwd>
#include <string_view>

#include "analysis/graph/neighbourhood.h"
#include "dump/heap.h"

namespace heapscan::formats {

inline constexpr std::array<std::string_view, 2> kDotExtensions = {".dot", ".gv"};

/// Writes the neighbourhood as a Graphviz digraph: boxes coloured by the kind of object (instance,
/// container, string or number, type, function or code, module) with type, value preview and size,
/// seeds drawn bold, roots marked, edges labelled with the names of the references. Names
/// cannot add markup: whatever they contain, the result is valid dot.
void write_dot(const dump::Heap& heap, const analysis::Neighbourhood& part, std::ostream& out);

}  // namespace heapscan::formats
