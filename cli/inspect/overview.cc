#include "cli/inspect/overview.h"

#include <algorithm>
#include <future>

#include "analysis/suspects/accumulation.h"
#include "cli/input/salvage.h"
#include "cli/inspect/cycles_view.h"
#include "cli/inspect/suspects_view.h"

namespace heapscan::cli {
namespace {

using dump::ObjectId;

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

}  // namespace

Overview overview_of(const AnalyzedHeap& view,
                     const ReferenceCounts& counts,
                     const std::string& path,
                     std::size_t limit) {
  Overview overview;
  overview.path = path;
  overview.counts = counts;
  // Nothing of this needs anything else of it: the suspects take as long as the histogram.
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

Json json_overview(const AnalyzedHeap& view, const Overview& overview, std::size_t limit) {
  const auto shown = [limit](std::size_t rows) {
    return limit == 0 ? rows : std::min(limit, rows);
  };
  Json document = json_document("inspect");
  document["dump"] = json_dump(view.heap, overview.path);
  document["reachable"] = {{"objects", view.dominators.reachable_count},
                           {"size", view.dominators.reachable_size}};
  document["reference_counts"] = {{"checked", overview.counts.checked},
                                  {"explained", overview.counts.explained},
                                  {"held_outside", overview.counts.held_outside},
                                  {"conservative_objects", overview.counts.conservative}};
  const Overview::Allocator& allocator = overview.allocator;
  if (allocator.arenas > 0) {
    document["allocator"] = {{"arenas", allocator.arenas},
                             {"arenas_size", allocator.arenas_size},
                             {"pools", allocator.pools},
                             {"pools_size", allocator.pools_size},
                             {"used", allocator.used}};
  }
  document["suspects"] = json_suspects(view, overview.suspects, limit);
  document["suspect_count"] = overview.suspects.rows.size();
  document["suspects_size"] = overview.suspects.size;
  Json types = Json::array();
  for (std::size_t row = 0; row < shown(overview.histogram.rows.size()); ++row) {
    const analysis::HistogramRow& type = overview.histogram.rows[row];
    types.push_back({{"type", json_text(type.name)},
                     {"objects", type.objects},
                     {"size", type.size},
                     {"retained", type.retained}});
  }
  document["types"] = types;
  document["type_count"] = overview.histogram.rows.size();
  Json holders = Json::array();
  for (const Overview::Holder& holder : overview.holders) {
    Json row = json_object(view, holder.object);
    row["path"] = json_path(view, holder.object);
    row["gathers_at"] = json_object(view, holder.gathers_at);
    row["gathers_at"]["path"] = json_path(view, holder.gathers_at);
    holders.push_back(row);
  }
  document["holders"] = holders;
  document["holder_count"] = overview.holder_count;
  document["garbage"] =
      knows_garbage(view.heap) ? json_cycles(view, overview.garbage, limit) : Json();
  return document;
}

}  // namespace heapscan::cli
