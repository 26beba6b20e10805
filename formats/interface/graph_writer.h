#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "analysis/graph/neighbourhood.h"
#include "dump/heap.h"

namespace heapscan::formats {

/// The name of a writer and the properties of its files: what both tables share.
struct WriterTraits {
  std::string_view name;                         ///< As --format takes it.
  std::span<const std::string_view> extensions;  ///< With the dot, the usual one first.
  std::string_view summary;                      ///< For --help: "for Graphviz".
  bool binary = false;                           ///< Not to be shown on a terminal.
};

/// A format for a part of a heap, to look at, as a row of the table in formats/graph_writers.cc.
struct NeighbourhoodWriter {
  WriterTraits traits;
  void (*write)(const dump::Heap& heap, const analysis::Neighbourhood& part, std::ostream& out);
};

/// A format for whole heaps, as a row of the table in formats/graph_writers.cc.
struct HeapWriter {
  WriterTraits traits;
  void (*write)(const dump::Heap& heap, std::ostream& out);
};

}  // namespace heapscan::formats
