#include "cli/inspect/histogram_view.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analysis/graph/dominators.h"
#include "cli/console/printable.h"
#include "cli/render/table.h"

namespace heapscan::cli {
namespace {

using analysis::GroupKey;
using analysis::HistogramRow;

/// How a key is called on the command line and in tables.
struct KeyWords {
  GroupKey key;
  const char* option;
  const char* title;
  const char* column;
};

constexpr std::array<KeyWords, 8> kKeys = {{
    {GroupKey::kType, "type", "Types", "type"},
    {GroupKey::kModule, "module", "Modules of types", "module"},
    {GroupKey::kPackage, "package", "Packages of types", "package"},
    {GroupKey::kSize, "size", "Size classes", "size of an object"},
    {GroupKey::kGeneration, "generation", "Generations", "generation"},
    {GroupKey::kSite, "site", "Allocation sites", "site"},
    {GroupKey::kRoot, "root", "Kinds of roots", "root that the path starts from"},
    {GroupKey::kReferrers, "referrers", "What refers to objects", "referrers"},
}};

const KeyWords& words_of(GroupKey key) {
  return *std::find_if(kKeys.begin(), kKeys.end(),
                       [key](const KeyWords& words) { return words.key == key; });
}

/// One line of the table; the retained size only where there is one to show.
std::vector<std::string> cells(const HistogramView& view,
                               const HistogramRow& row,
                               std::uint64_t whole,
                               SizeUnit unit,
                               bool with_retained) {
  std::vector<std::string> result = {count_text(row.objects), size_text(row.size, unit),
                                     share_text(row.size, whole)};
  if (view.retained) {
    result.push_back(with_retained ? size_text(row.retained, unit) : std::string());
  }
  result.push_back(printable(row.name));
  return result;
}

Table table_of(const HistogramView& view) {
  std::vector<Table::Column> columns = {{"count"}, {"size"}, {"share"}};
  if (view.retained) {
    columns.push_back({"retained"});
  }
  columns.push_back({words_of(view.by).column, Table::Align::kLeft});
  return Table(std::move(columns));
}

}  // namespace

const std::vector<std::pair<std::string, GroupKey>>& group_key_words() {
  static const std::vector<std::pair<std::string, GroupKey>> words = [] {
    std::vector<std::pair<std::string, GroupKey>> all;
    all.reserve(kKeys.size());
    for (const KeyWords& key : kKeys) {
      all.emplace_back(key.option, key.key);
    }
    return all;
  }();
  return words;
}

HistogramView histogram_view_of(const dump::Heap& heap, const HistogramOptions& options) {
  HistogramView view;
  view.by = options.by.value();
  view.retained = options.retained;
  analysis::Grouping grouping = analysis::group_objects(heap, view.by);
  analysis::leave_out(heap, options.filter, grouping);
  if (view.retained) {
    view.histogram = analysis::histogram(heap, grouping, analysis::dominator_tree(heap));
    view.histogram.sort_by_retained();
  } else {
    view.histogram = analysis::histogram(heap, grouping);
  }
  return view;
}

void print_histogram(std::ostream& out,
                     const dump::Heap& heap,
                     const HistogramView& view,
                     const TextStyle& style) {
  const analysis::Histogram& histogram = view.histogram;
  const std::uint64_t objects = histogram.objects + histogram.left_out_objects;
  const std::uint64_t size = histogram.size + histogram.left_out_size;
  out << style.paint.heading(words_of(view.by).title)
      << style.paint.quiet(fmt::format(": {} in {}, {}", size_text(size, style.unit),
                                       counted(objects, "object"),
                                       counted(heap.reference_count(), "reference")))
      << '\n';
  Table table = table_of(view);
  const std::size_t shown = style.shown(histogram.rows.size());
  HistogramRow others = {"", histogram.objects, histogram.size, 0};
  for (std::size_t at = 0; at < shown; ++at) {
    const HistogramRow& row = histogram.rows[at];
    others.objects -= row.objects;
    others.size -= row.size;
    table.add(cells(view, row, size, style.unit, true));
  }
  if (shown < histogram.rows.size()) {
    others.name = fmt::format("[{}]", counted(histogram.rows.size() - shown, "other"));
    table.add_summary(cells(view, others, size, style.unit, false));
  }
  if (histogram.left_out_objects > 0) {
    table.add_summary(cells(
        view, {"[left out by --filter]", histogram.left_out_objects, histogram.left_out_size, 0},
        size, style.unit, false));
  }
  std::vector<std::string> total =
      cells(view, {"total", objects, size, 0}, size, style.unit, false);
  total[2].clear();  // The share of the whole in the whole.
  table.add_summary(std::move(total));
  table.print(out, style.paint, style.width);
}

Json json_histogram(const HistogramView& view, std::size_t limit) {
  const analysis::Histogram& histogram = view.histogram;
  Json rows = Json::array();
  for (const HistogramRow& row : histogram.rows) {
    if (limit != 0 && rows.size() == limit) {
      break;
    }
    rows.push_back({{"name", json_text(row.name)},
                    {"objects", row.objects},
                    {"size", row.size},
                    {"retained", view.retained ? Json(row.retained) : Json(nullptr)}});
  }
  return {
      {"by", words_of(view.by).option},
      {"rows", rows},
      {"row_count", histogram.rows.size()},
      {"objects", histogram.objects},
      {"size", histogram.size},
      {"left_out", {{"objects", histogram.left_out_objects}, {"size", histogram.left_out_size}}}};
}

}  // namespace heapscan::cli
