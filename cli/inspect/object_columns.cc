#include "cli/inspect/object_columns.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analysis/text/describe.h"

namespace heapscan::cli {
namespace {

using Kind = Listing::Kind;

constexpr std::size_t kObjectColumns = 6;
constexpr std::size_t kPathColumns = 4;

Listing::Cell steps_of(const dump::Heap& heap, const analysis::Path& path) {
  Listing steps;
  steps.columns = {
      {Kind::kText, "", "reference"}, {Kind::kText, "", "address"}, {Kind::kText, "", "type"}};
  for (const dump::Referrer step : path.steps) {
    const dump::ObjectId target = heap.reference(step).target;
    steps.add({analysis::reference_text(heap, step), analysis::address_text(heap.address(target)),
               std::string(heap.type_name(target))});
  }
  return nested(std::move(steps));
}

/// The fields as an object of their own; one field that is null when all are empty.
void add_fields(Page& page,
                const std::string& key,
                const std::vector<Listing::Column>& columns,
                Listing::Cells cells) {
  const bool absent = std::all_of(cells.begin(), cells.end(), [](const Listing::Cell& cell) {
    return std::holds_alternative<std::monostate>(cell);
  });
  if (absent) {
    page.fields.push_back({key, std::monostate()});
    return;
  }
  for (std::size_t at = 0; at < cells.size(); ++at) {
    page.fields.push_back({key + "." + columns[at].key, std::move(cells[at])});
  }
}

}  // namespace

void add_object_columns(std::vector<Listing::Column>& columns, const std::string& prefix) {
  columns.insert(columns.end(), {{Kind::kText, "", prefix + "address"},
                                 {Kind::kText, "", prefix + "type"},
                                 {Kind::kSize, "", prefix + "size"},
                                 {Kind::kSize, "", prefix + "retained"},
                                 {Kind::kCount, "", prefix + "refcount"},
                                 {Kind::kText, "", prefix + "value"}});
}

void add_object_cells(Listing::Cells& cells, const AnalyzedHeap& view, dump::ObjectId object) {
  if (!object.has_value()) {
    cells.resize(cells.size() + kObjectColumns);
    return;
  }
  const dump::Heap& heap = view.heap;
  cells.emplace_back(analysis::address_text(heap.address(object)));
  cells.emplace_back(std::string(heap.type_name(object)));
  cells.emplace_back(std::uint64_t{heap.size(object)});
  cells.emplace_back(view.dominators.retained[object.value()]);
  const std::uint64_t refcount = heap.refcount(object);
  cells.push_back(heap.refcount(object) == dump::kImmortal ? Listing::Cell() : refcount);
  const auto value = heap.value(object);
  cells.push_back(value ? Listing::Cell(std::string(*value)) : Listing::Cell());
}

void add_path_columns(std::vector<Listing::Column>& columns, const std::string& prefix) {
  columns.insert(columns.end(), {{Kind::kText, "", prefix + "root"},
                                 {Kind::kText, "", prefix + "root_kind"},
                                 {Kind::kNested, "", prefix + "steps"},
                                 {Kind::kText, "", prefix + "signature"}});
}

void add_path_cells(Listing::Cells& cells, const dump::Heap& heap, const analysis::Path& path) {
  cells.emplace_back(analysis::root_text(heap, path.root));
  cells.emplace_back(std::string(dump::to_string(path.root.kind)));
  cells.push_back(steps_of(heap, path));
  cells.emplace_back(analysis::path_signature(heap, path));
}

void add_path_cells(Listing::Cells& cells, const AnalyzedHeap& view, dump::ObjectId object) {
  const std::optional<analysis::Path> path =
      object.has_value() ? view.paths.path(object) : std::nullopt;
  if (path) {
    add_path_cells(cells, view.heap, *path);
  } else {
    cells.resize(cells.size() + kPathColumns);
  }
}

void add_object_fields(Page& page,
                       const std::string& key,
                       const AnalyzedHeap& view,
                       dump::ObjectId object) {
  std::vector<Listing::Column> columns;
  Listing::Cells cells;
  add_object_columns(columns, "");
  add_object_cells(cells, view, object);
  add_fields(page, key, columns, std::move(cells));
}

void add_path_fields(Page& page,
                     const std::string& key,
                     const AnalyzedHeap& view,
                     dump::ObjectId object) {
  std::vector<Listing::Column> columns;
  Listing::Cells cells;
  add_path_columns(columns, "");
  add_path_cells(cells, view, object);
  add_fields(page, key, columns, std::move(cells));
}

Listing::Cell known(std::string text) {
  return text.empty() ? Listing::Cell() : Listing::Cell(std::move(text));
}

}  // namespace heapscan::cli
