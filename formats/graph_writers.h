#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "formats/interface/graph_writer.h"

namespace heapscan::formats {

/// Every format that parts of heaps are written in, the default first. A new one takes a pair of
/// files and a row here.
[[nodiscard]] std::span<const NeighbourhoodWriter> neighbourhood_writers();

/// Every format that whole heaps are written in. A new one takes a pair of files and a row here.
[[nodiscard]] std::span<const HeapWriter> heap_writers();

/// A writer of either table; none if there is no such writer.
using GraphWriter = std::variant<std::monostate, const NeighbourhoodWriter*, const HeapWriter*>;

/// The writer with this name.
[[nodiscard]] GraphWriter writer_named(std::string_view name);

/// The writer that the extension of the file's name suggests.
[[nodiscard]] GraphWriter writer_for(std::string_view file);

/// The names in both tables with `separator` between them: for --help and messages.
[[nodiscard]] std::string writer_names(std::string_view separator);

/// "dot, for Graphviz", one after another: for --help.
[[nodiscard]] std::string writer_summaries(std::string_view separator);

}  // namespace heapscan::formats
