#include "cli/inspect/overview.h"

#include <future>
#include <utility>

#include "analysis/suspects/accumulation.h"
#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/input/salvage.h"
#include "cli/inspect/cycles_view.h"
#include "cli/inspect/object_columns.h"
#include "cli/inspect/suspects_view.h"
#include "dump/native_roots.h"

namespace heapscan::cli {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;
using Kind = Listing::Kind;

Overview::Allocator allocator_of(const dump::Heap& heap) {
  Overview::Allocator allocator;
  for (const dump::MemoryRegion& region : heap.columns().regions.span()) {
    if (region.kind == dump::RegionKind::kArena) {
      ++allocator.arenas;
      allocator.arenas_size += region.size;
    } else if (region.kind == dump::RegionKind::kPool) {
      ++allocator.pools;
      allocator.pools_size += region.size;
      allocator.used += region.used;
    }
  }
  return allocator;
}

void find_holders(const AnalyzedHeap& view, std::size_t limit, Overview& overview) {
  overview.holder_count = view.dominators.top_count;
  const std::vector<ObjectId> top = view.dominators.top(limit);
  const std::vector<ObjectId> points =
      analysis::accumulation_points(view.heap, view.dominators, top);
  for (std::size_t row = 0; row < top.size(); ++row) {
    overview.holders.push_back({top[row], points[row]});
  }
}

Listing types_listing(const analysis::Histogram& histogram, std::size_t limit) {
  Listing listing;
  listing.title = "Types by size";
  listing.key = "types";
  listing.is_main = true;
  listing.columns = {{Kind::kCount, "count", "objects"},
                     {Kind::kSize, "size", "size"},
                     {Kind::kShare, "share"},
                     {Kind::kSize, "retained", "retained"},
                     {Kind::kText, "type", "type", true}};
  const std::size_t shown = within(limit, histogram.rows.size());
  std::uint64_t other_objects = histogram.objects;
  std::uint64_t other_size = histogram.size;
  for (std::size_t at = 0; at < shown; ++at) {
    const analysis::HistogramRow& row = histogram.rows[at];
    other_objects -= row.objects;
    other_size -= row.size;
    listing.add(
        {row.objects, row.size, Listing::Share{row.size, histogram.size}, row.retained, row.name});
  }
  if (shown < histogram.rows.size()) {
    listing.add_summary({other_objects, other_size, Listing::Share{other_size, histogram.size}, "",
                         others_text(histogram.rows.size() - shown)});
  }
  listing.add_summary({histogram.objects, histogram.size, "", "", "total"});
  return listing;
}

/// Below a holder: its path, unless its row shows that already ("module shop 0x7f31c8 (72 B)"), and
/// where its memory accumulates.
std::vector<Phrase> holder_details(const AnalyzedHeap& view, const Overview::Holder& holder) {
  std::vector<Phrase> details;
  const std::string path = shown_path_to(view, holder.object);
  if (!printable(analysis::object_text(view.heap, holder.object)).starts_with(path + " ")) {
    details.push_back({path});
  }
  if (holder.accumulates_at != holder.object) {
    // The path and the address in lines of their own: a narrow terminal elides the path only.
    details.push_back({Bytes{view.dominators.retained[holder.accumulates_at.value()]},
                       " of it at " + shown_path_to(view, holder.accumulates_at)});
    details.push_back({"in " + analysis::object_text(view.heap, holder.accumulates_at)});
  }
  return details;
}

std::vector<Listing::Column> holder_columns(const PageOptions& options) {
  std::vector<Listing::Column> columns = {
      {Kind::kSize, "retained"},
      {Kind::kShare, "share"},
      {Kind::kText, "object and its path from a root", "", true}};
  if (options.for_programs) {
    add_object_columns(columns, "");
    add_path_columns(columns, "path.");
    add_object_columns(columns, "gathers_at.");
    add_path_columns(columns, "gathers_at.path.");
  }
  return columns;
}

Listing holders_listing(const AnalyzedHeap& view,
                        const Overview& overview,
                        const PageOptions& options) {
  const std::uint64_t whole = view.dominators.reachable_size;
  Listing listing;
  listing.title = "Top dominators by retained size";
  listing.key = "holders";
  listing.columns = holder_columns(options);
  std::uint64_t others = whole;
  for (const Overview::Holder& holder : overview.holders) {
    const std::uint64_t retained = view.dominators.retained[holder.object.value()];
    others -= retained;
    Listing::Cells cells = {retained, Listing::Share{retained, whole},
                            analysis::object_text(view.heap, holder.object)};
    if (options.for_programs) {
      for (const ObjectId id : {holder.object, holder.accumulates_at}) {
        add_object_cells(cells, view, id);
        add_path_cells(cells, view, id);
      }
    }
    listing.add(std::move(cells), holder_details(view, holder));
  }
  const auto sum = [&listing](Listing::Cells cells) {
    cells.resize(listing.columns.size());
    listing.add_summary(std::move(cells));
  };
  if (overview.holders.size() < overview.holder_count) {
    sum({others, Listing::Share{others, whole},
         others_text(overview.holder_count - overview.holders.size())});
  }
  sum({whole, "", "total reachable"});
  return listing;
}

void add_fields(Page& page, const AnalyzedHeap& view, const Overview& overview) {
  const auto add = [&page](const char* key, std::uint64_t number) {
    page.fields.push_back({key, number});
  };
  add("reachable.objects", view.dominators.reachable_count);
  add("reachable.size", view.dominators.reachable_size);
  add("reference_counts.checked", overview.counts.checked);
  add("reference_counts.explained", overview.counts.explained);
  add("reference_counts.held_outside", overview.counts.held_outside);
  add("reference_counts.conservative_objects", overview.counts.conservative);
  const Overview::Allocator& allocator = overview.allocator;
  if (allocator.arenas > 0) {
    add("allocator.arenas", allocator.arenas);
    add("allocator.arenas_size", allocator.arenas_size);
    add("allocator.pools", allocator.pools);
    add("allocator.pools_size", allocator.pools_size);
    add("allocator.used", allocator.used);
  }
  add("type_count", overview.histogram.rows.size());
  add("holder_count", overview.holder_count);
}

}  // namespace

ReferenceCounts check_reference_counts(const dump::Heap& heap) {
  const std::vector<std::int64_t> surplus = dump::surplus_counts(heap);
  ReferenceCounts counts;
  for (const ObjectId id : heap.objects()) {
    const ObjectFlags flags = heap.flags(id);
    counts.conservative += flags.has(ObjectFlags::kConservative) ? 1U : 0U;
    if (heap.refcount(id) == dump::kImmortal || flags.has(ObjectFlags::kSynthetic)) {
      continue;
    }
    ++counts.checked;
    counts.explained += surplus[id.value()] == 0 ? 1U : 0U;
    counts.held_outside += surplus[id.value()] > 0 ? 1U : 0U;
  }
  return counts;
}

Overview overview_of(const AnalyzedHeap& view, const ReferenceCounts& counts, std::size_t limit) {
  Overview overview;
  overview.counts = counts;
  // These analyses are independent, and the suspects take as long as the histogram.
  std::future<void> others = std::async(std::launch::async, [&view, &overview] {
    overview.suspects = analysis::find_suspects(view.heap, view.dominators, view.paths);
    overview.garbage = analysis::find_garbage(view.heap, view.dominators.reachable);
  });
  overview.histogram = analysis::histogram_by_type(view.heap, view.dominators);
  overview.allocator = allocator_of(view.heap);
  find_holders(view, limit, overview);
  others.get();
  return overview;
}

Page overview_page(const AnalyzedHeap& view, const Overview& overview, const PageOptions& options) {
  Page page;
  page.blocks.emplace_back(overview_facts(view, overview));
  add_main_suspects(page, view, overview.suspects, options);
  page.blocks.emplace_back(types_listing(overview.histogram, options.limit));
  page.blocks.emplace_back(holders_listing(view, overview, options));
  if (knows_garbage(view.heap)) {
    add_main_cycles(page, view, overview.garbage, options);
  } else {
    page.fields.push_back({"garbage", std::monostate()});
  }
  if (options.for_programs) {
    add_fields(page, view, overview);
  }
  return page;
}

}  // namespace heapscan::cli
