#include "cli/inspect/histogram_view.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analysis/graph/dominators.h"
#include "cli/console/size_text.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::GroupKey;
using analysis::HistogramRow;
using Kind = Listing::Kind;

/// What a key is called on the command line and in tables.
struct KeyWords {
  GroupKey key;
  const char* option;
  const char* title;
  const char* column;
};

constexpr std::array<KeyWords, 8> kKeys = {{
    {GroupKey::kType, "type", "Types", "type"},
    {GroupKey::kModule, "module", "Modules", "module"},
    {GroupKey::kPackage, "package", "Packages", "package"},
    {GroupKey::kSize, "size", "Size classes", "object size"},
    {GroupKey::kGeneration, "generation", "Generations", "generation"},
    {GroupKey::kSite, "site", "Allocation sites", "site"},
    {GroupKey::kRoot, "root", "Root kinds", "root of the path"},
    {GroupKey::kReferrers, "referrers", "Referrers", "referrers"},
}};

const KeyWords& words_of(GroupKey key) {
  return *std::find_if(kKeys.begin(), kKeys.end(),
                       [key](const KeyWords& words) { return words.key == key; });
}

/// A row of the table, with the retained size only where there is one to show.
Listing::Cells cells_of(const HistogramRow& row, std::uint64_t whole, bool with_retained) {
  return {row.objects, row.size, Listing::Share{row.size, whole},
          with_retained ? Listing::Cell(row.retained) : Listing::Cell(), row.name};
}

Listing listing_of(const HistogramView& view) {
  Listing listing;
  listing.title = words_of(view.by).title;
  listing.key = "histogram.rows";
  listing.is_main = true;
  listing.columns = {{Kind::kCount, "count", "objects"},
                     {Kind::kSize, "size", "size"},
                     {Kind::kShare, "share"},
                     {Kind::kSize, view.retained ? "retained" : "", "retained"},
                     {Kind::kText, words_of(view.by).column, "name", true}};
  return listing;
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

Page histogram_page(const dump::Heap& heap, const HistogramView& view, const PageOptions& options) {
  const analysis::Histogram& histogram = view.histogram;
  const std::uint64_t objects = histogram.objects + histogram.left_out_objects;
  const std::uint64_t size = histogram.size + histogram.left_out_size;
  Listing listing = listing_of(view);
  listing.aside = {Bytes{size}, fmt::format(" in {}, {}", counted(objects, "object"),
                                            counted(heap.reference_count(), "reference"))};
  const std::size_t shown = within(options.limit, histogram.rows.size());
  HistogramRow others = {"", histogram.objects, histogram.size, 0};
  for (std::size_t at = 0; at < shown; ++at) {
    const HistogramRow& row = histogram.rows[at];
    others.objects -= row.objects;
    others.size -= row.size;
    listing.add(cells_of(row, size, view.retained));
  }
  if (shown < histogram.rows.size()) {
    others.name = others_text(histogram.rows.size() - shown);
    listing.add_summary(cells_of(others, size, false));
  }
  if (histogram.left_out_objects > 0) {
    listing.add_summary(
        cells_of({"[excluded by --filter]", histogram.left_out_objects, histogram.left_out_size, 0},
                 size, false));
  }
  listing.add_summary({objects, size, "", "", "total"});
  Page page;
  page.blocks.emplace_back(std::move(listing));
  page.fields = {{"histogram.by", words_of(view.by).option},
                 {"histogram.row_count", std::uint64_t{histogram.rows.size()}},
                 {"histogram.objects", histogram.objects},
                 {"histogram.size", histogram.size},
                 {"histogram.left_out.objects", histogram.left_out_objects},
                 {"histogram.left_out.size", histogram.left_out_size}};
  return page;
}

}  // namespace heapscan::cli
