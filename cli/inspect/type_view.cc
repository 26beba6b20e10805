#include "cli/inspect/type_view.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "analysis/histogram/histogram.h"
#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/console/size_text.h"
#include "cli/input/selection.h"
#include "cli/inspect/object_columns.h"

namespace heapscan::cli {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;
using Kind = Listing::Kind;

constexpr std::array<const char*, 5> kGenerationNames = {
    "in generation 0", "in generation 1", "in generation 2", "frozen", "not tracked"};

// Paths are strings: beyond this many, an even sample shows as much in a fraction of the time.
constexpr std::size_t kMostPaths = 20'000;

/// Counts and sizes by name; then the groups by descending instances and name.
class Groups {
 public:
  void add(const std::string& name, std::uint64_t size) {
    TypeView::Group& group = groups_[name];
    ++group.instances;
    group.size += size;
  }

  [[nodiscard]] std::vector<TypeView::Group> sorted() && {
    std::vector<TypeView::Group> rows;
    for (auto& [name, group] : groups_) {
      rows.push_back({name, group.instances, group.size});
    }
    std::sort(rows.begin(), rows.end(), [](const TypeView::Group& a, const TypeView::Group& b) {
      return std::pair(b.instances, a.name) < std::pair(a.instances, b.name);
    });
    return rows;
  }

 private:
  std::unordered_map<std::string, TypeView::Group> groups_;
};

void count_referrers(const dump::Heap& heap,
                     const std::vector<ObjectId>& instances,
                     TypeView& result) {
  Groups groups;
  for (const ObjectId id : instances) {
    // Once for each instance, however often one object refers to it.
    std::vector<std::string> names;
    for (const dump::Referrer referrer : heap.referrers(id)) {
      std::string name = printable(heap.type_name(referrer.source));
      name += fmt::format(" ({})", dump::to_string(heap.reference(referrer).kind));
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        groups.add(name, heap.size(id));
        names.push_back(std::move(name));
      }
    }
    if (names.empty()) {
      groups.add("[no object]", heap.size(id));
    }
  }
  result.referrers = std::move(groups).sorted();
}

void count_paths(const AnalyzedHeap& view,
                 const std::vector<ObjectId>& instances,
                 TypeView& result) {
  Groups groups;
  const std::size_t stride = (instances.size() + kMostPaths - 1) / kMostPaths;
  for (std::size_t at = 0; at < instances.size(); at += stride) {
    const ObjectId id = instances[at];
    const std::optional<analysis::Path> path = view.paths.path(id);
    groups.add(path ? printable(analysis::path_signature(view.heap, *path)) : "[unreachable]",
               view.heap.size(id));
    ++result.sampled;
  }
  result.paths = std::move(groups).sorted();
}

Listing groups_listing(const std::vector<TypeView::Group>& groups,
                       const char* heading,
                       const char* key,
                       std::size_t limit) {
  Listing listing;
  listing.for_people = !groups.empty();
  listing.columns = {{Kind::kCount, "instances", "instances"},
                     {Kind::kSize, "size", "size"},
                     {Kind::kText, heading, key, true}};
  const std::size_t shown = within(limit, groups.size());
  for (std::size_t at = 0; at < shown; ++at) {
    listing.add({groups[at].instances, groups[at].size, groups[at].name});
  }
  if (shown < groups.size()) {
    TypeView::Group others;
    for (std::size_t at = shown; at < groups.size(); ++at) {
      others.instances += groups[at].instances;
      others.size += groups[at].size;
    }
    listing.add_summary({others.instances, others.size, others_text(groups.size() - shown)});
  }
  return listing;
}

std::string generations_text(const TypeView& type) {
  std::string text;
  for (std::size_t at = 0; at < kGenerationNames.size(); ++at) {
    if (type.generations.at(at) > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count_text(type.generations.at(at)),
                          kGenerationNames.at(at));
    }
  }
  return text.empty() ? "none" : text;
}

Facts facts_of(const AnalyzedHeap& view, const TypeView& type) {
  Facts facts;
  facts.title = "type " + type.name;
  facts.facts = {
      {"instances",
       {count_text(type.instances) +
        (type.unreachable > 0 ? fmt::format(", {} unreachable", count_text(type.unreachable))
                              : std::string())}},
      {"size", {Bytes{type.size}}},
      {"retained",
       {Bytes{type.retained},
        fmt::format(", {} of the reachable heap",
                    share_text(type.retained, view.dominators.reachable_size))}},
      {"generations", {generations_text(type)}}};
  return facts;
}

Listing instances_listing(const AnalyzedHeap& view,
                          const TypeView& type,
                          const PageOptions& options) {
  Listing listing;
  listing.title = "Largest instances";
  listing.key = "type.biggest";
  listing.is_main = true;
  listing.for_people = !type.biggest.empty();
  listing.columns = {{Kind::kSize, "size"},
                     {Kind::kSize, "retained"},
                     {Kind::kText, "object and its path from a root", "", true}};
  if (options.for_programs) {
    add_object_columns(listing.columns, "");
    add_path_columns(listing.columns, "path.");
  }
  for (const ObjectId id : type.biggest) {
    Listing::Cells cells = {view.heap.size(id), view.dominators.retained[id.value()],
                            analysis::object_text(view.heap, id)};
    if (options.for_programs) {
      add_object_cells(cells, view, id);
      add_path_cells(cells, view, id);
    }
    listing.add(std::move(cells), {{shown_path_to(view, id)}});
  }
  const auto sum = [&](Listing::Cells cells) {
    cells.resize(listing.columns.size());
    listing.add_summary(std::move(cells));
  };
  if (type.biggest.size() < type.instances) {
    sum({"", "", others_text(type.instances - type.biggest.size())});
  }
  sum({type.size, type.retained, "total"});
  return listing;
}

void add_fields(Page& page, const TypeView& type) {
  const auto add = [&page](const char* key, Listing::Cell value) {
    page.fields.push_back({std::string("type.") + key, std::move(value)});
  };
  add("type", type.name);
  add("instances", type.instances);
  add("unreachable", type.unreachable);
  add("size", type.size);
  add("retained", type.retained);
  add("generations.0", type.generations[0]);
  add("generations.1", type.generations[1]);
  add("generations.2", type.generations[2]);
  add("generations.frozen", type.generations[3]);
  add("generations.not_tracked", type.generations[4]);
  add("paths_sampled", type.sampled);
}

}  // namespace

TypeView type_view_of(const AnalyzedHeap& view, const std::string& type, std::size_t limit) {
  const dump::Heap& heap = view.heap;
  std::vector<ObjectId> instances = require_instances(heap, type);
  TypeView result;
  result.name = type;
  result.instances = instances.size();
  for (const ObjectId id : instances) {
    const ObjectFlags flags = heap.flags(id);
    result.size += heap.size(id);
    result.unreachable += view.dominators.reachable.contains(id) ? 0U : 1U;
    ++result.generations.at(flags.has(ObjectFlags::kGcTracked) ? flags.generation() : 4);
  }
  for (const analysis::HistogramRow& row :
       analysis::histogram_by_type(heap, view.dominators).rows) {
    if (row.name == type) {
      result.retained = row.retained;
    }
  }
  count_referrers(heap, instances, result);
  count_paths(view, instances, result);

  const std::size_t listed = limit == 0 ? instances.size() : std::min(limit, instances.size());
  const auto end = instances.begin() + static_cast<std::ptrdiff_t>(listed);
  std::partial_sort(instances.begin(), end, instances.end(), [&view](ObjectId a, ObjectId b) {
    const auto rank = [&view](ObjectId id) {
      return std::pair(view.dominators.retained[id.value()], view.heap.size(id));
    };
    return rank(a) != rank(b) ? rank(a) > rank(b) : a < b;
  });
  result.biggest.assign(instances.begin(), end);
  return result;
}

Page type_page(const AnalyzedHeap& view, const TypeView& type, const PageOptions& options) {
  Page page;
  page.blocks.emplace_back(facts_of(view, type));
  Listing referrers =
      groups_listing(type.referrers, "type of the referrer", "referrer", options.limit);
  referrers.title = "Referrers";
  referrers.key = "type.referrers";
  page.blocks.emplace_back(std::move(referrers));
  Listing paths = groups_listing(type.paths, "path", "signature", options.limit);
  paths.title = type.sampled == type.instances
                    ? std::string("Paths from roots")
                    : fmt::format("Paths from roots ({} sampled)", count_text(type.sampled));
  paths.key = "type.paths";
  page.blocks.emplace_back(std::move(paths));
  page.blocks.emplace_back(instances_listing(view, type, options));
  add_fields(page, type);
  return page;
}

}  // namespace heapscan::cli
