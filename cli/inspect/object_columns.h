#pragma once

#include <string>
#include <vector>

#include "cli/input/analyzed_heap.h"
#include "cli/render/listing.h"
#include "cli/render/page.h"

/// The columns, for programs, of objects and paths: the same fields in every view. `prefix` is the
/// object that they are fields of, with its dot ("holder."), or empty.
namespace heapscan::cli {

/// Address, type, size, retained size, reference count (nothing: immortal) and value.
void add_object_columns(std::vector<Listing::Column>& columns, const std::string& prefix);

/// The cells for them; `object` may be none.
void add_object_cells(Listing::Cells& cells, const AnalyzedHeap& view, dump::ObjectId object);

/// Root, kind of root, steps and signature of a path.
void add_path_columns(std::vector<Listing::Column>& columns, const std::string& prefix);

void add_path_cells(Listing::Cells& cells, const dump::Heap& heap, const analysis::Path& path);
/// The shortest path to the object; nothing when there is no object, or no path to it.
void add_path_cells(Listing::Cells& cells, const AnalyzedHeap& view, dump::ObjectId object);

/// The fields of an object, or its path, as those of a page.
void add_object_fields(Page& page,
                       const std::string& key,
                       const AnalyzedHeap& view,
                       dump::ObjectId object);
void add_path_fields(Page& page,
                     const std::string& key,
                     const AnalyzedHeap& view,
                     dump::ObjectId object);

/// A string; nothing if it is empty because the dump does not have it.
[[nodiscard]] Listing::Cell known(std::string text);

}  // namespace heapscan::cli
