#include "cli/inspect/type_view.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "analysis/histogram/histogram.h"
#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/input/selection.h"
#include "cli/render/table.h"

namespace heapscan::cli {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;

constexpr std::array<const char*, 5> kGenerationNames = {
    "in generation 0", "in generation 1", "in generation 2", "frozen", "not tracked"};

// Paths are texts: beyond this many, an even sample says as much in a fraction of the time.
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

void print_groups(std::ostream& out,
                  const std::string& title,
                  const std::string& heading,
                  const std::vector<TypeView::Group>& groups,
                  const TextStyle& style) {
  if (groups.empty()) {
    return;
  }
  out << '\n' << style.paint.heading(title) << '\n';
  Table table({{"instances"}, {"size"}, {heading, Table::Align::kLeft}});
  const std::size_t shown = style.shown(groups.size());
  for (std::size_t at = 0; at < shown; ++at) {
    table.add({count_text(groups[at].instances), size_text(groups[at].size, style.unit),
               groups[at].name});
  }
  if (shown < groups.size()) {
    TypeView::Group others;
    for (std::size_t at = shown; at < groups.size(); ++at) {
      others.instances += groups[at].instances;
      others.size += groups[at].size;
    }
    table.add_summary({count_text(others.instances), size_text(others.size, style.unit),
                       fmt::format("[{}]", counted(groups.size() - shown, "other"))});
  }
  table.print(out, style.paint, style.width);
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

void print_biggest(std::ostream& out,
                   const AnalyzedHeap& view,
                   const TypeView& type,
                   const TextStyle& style) {
  if (type.biggest.empty()) {
    return;
  }
  out << '\n' << style.paint.heading("Biggest instances") << '\n';
  Table table({{"size"}, {"retained"}, {"object, and its path from a root", Table::Align::kLeft}});
  for (const ObjectId id : type.biggest) {
    table.add({size_text(view.heap.size(id), style.unit),
               size_text(view.dominators.retained[id.value()], style.unit),
               shown_object(view.heap, id)});
    table.add_detail(shown_path_to(view, id));
  }
  if (type.biggest.size() < type.instances) {
    table.add_summary(
        {"", "", fmt::format("[{}]", counted(type.instances - type.biggest.size(), "other"))});
  }
  table.add_summary(
      {size_text(type.size, style.unit), size_text(type.retained, style.unit), "total"});
  table.print(out, style.paint, style.width);
}

Json json_groups(const std::vector<TypeView::Group>& groups, const char* key, std::size_t limit) {
  Json rows = Json::array();
  for (const TypeView::Group& group : groups) {
    if (limit != 0 && rows.size() == limit) {
      break;
    }
    rows.push_back({{key, group.name}, {"instances", group.instances}, {"size", group.size}});
  }
  return rows;
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

void print_type(std::ostream& out,
                const AnalyzedHeap& view,
                const TypeView& type,
                const TextStyle& style) {
  const auto fact = [&out](const char* name, const std::string& text) {
    out << fmt::format("  {:<13}{}\n", name, text);
  };
  out << style.paint.heading("type " + printable(type.name)) << '\n';
  fact("instances",
       count_text(type.instances) +
           (type.unreachable > 0 ? fmt::format(", {} unreachable", count_text(type.unreachable))
                                 : std::string()));
  fact("size", size_text(type.size, style.unit));
  fact("retained", fmt::format("{}, {} of what is reachable", size_text(type.retained, style.unit),
                               share_text(type.retained, view.dominators.reachable_size)));
  fact("generations", generations_text(type));
  print_groups(out, "Who refers to them", "type of the referrer", type.referrers, style);
  print_groups(out,
               type.sampled == type.instances
                   ? std::string("Paths from roots")
                   : fmt::format("Paths from roots, of {} sampled", count_text(type.sampled)),
               "path", type.paths, style);
  print_biggest(out, view, type, style);
}

Json json_type_view(const AnalyzedHeap& view, const TypeView& type, std::size_t limit) {
  Json biggest = Json::array();
  for (const ObjectId id : type.biggest) {
    Json row = json_object(view, id);
    row["path"] = json_path(view, id);
    biggest.push_back(row);
  }
  return {{"type", json_text(type.name)},
          {"instances", type.instances},
          {"unreachable", type.unreachable},
          {"size", type.size},
          {"retained", type.retained},
          {"generations",
           {{"0", type.generations[0]},
            {"1", type.generations[1]},
            {"2", type.generations[2]},
            {"frozen", type.generations[3]},
            {"not_tracked", type.generations[4]}}},
          {"referrers", json_groups(type.referrers, "referrer", limit)},
          {"paths", json_groups(type.paths, "signature", limit)},
          {"paths_sampled", type.sampled},
          {"biggest", biggest}};
}

}  // namespace heapscan::cli
