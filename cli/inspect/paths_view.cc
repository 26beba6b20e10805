#include "cli/inspect/paths_view.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/render/table.h"

namespace heapscan::cli {
namespace {

using analysis::Direction;
using analysis::Neighbourhood;
using analysis::PathTree;
using dump::ObjectId;
using dump::Referrer;

/// The row behind what is below a node and has one way only: nodes in between say no more than
/// their steps.
std::size_t end_of_chain(const std::vector<PathTree::Node>& nodes, std::size_t row) {
  while (row + 1 < nodes.size() && nodes[row + 1].depth == nodes[row].depth + 1 &&
         nodes[row + 1].objects == nodes[row].objects && nodes[row].ends_here == 0) {
    ++row;
  }
  return row;
}

/// How a part of the heap is shown as a tree: for each member how it was come to.
class Surroundings {
 public:
  Surroundings(const dump::Heap& heap, const Neighbourhood& part, Direction direction)
      : heap_(heap), part_(part), below_(part.members.size()) {
    for (std::size_t row = 0; row < part.members.size(); ++row) {
      row_of_.emplace(part.members[row].object, row);
    }
    std::vector<bool> placed(part.members.size());
    for (const Referrer reference : part.references) {
      const std::size_t source = row_of_.at(reference.source);
      const std::size_t target = row_of_.at(heap.reference(reference).target);
      const auto [near, far] =
          direction == Direction::kOut ? std::pair(source, target) : std::pair(target, source);
      if (part.members[far].distance == part.members[near].distance + 1 && !placed[far]) {
        placed[far] = true;
        below_[near].push_back({far, reference});
      }
    }
  }

  void print(std::ostream& out, const AnalyzedHeap& view, const TextStyle& style) const {
    Table table({{"retained"}, {"object", Table::Align::kLeft}});
    std::vector<std::pair<std::size_t, Referrer>> to_do = {{0, {}}};
    while (!to_do.empty()) {
      const auto [row, reference] = to_do.back();
      to_do.pop_back();
      const Neighbourhood::Member& member = part_.members[row];
      std::string text(std::size_t{2} * member.distance, ' ');
      if (reference.source.has_value()) {
        text += shown_reference(heap_, reference) + "  ";
      }
      table.add({size_text(view.dominators.retained[member.object.value()], style.unit),
                 text + shown_object(heap_, member.object)});
      to_do.insert(to_do.end(), below_[row].rbegin(), below_[row].rend());
    }
    table.print(out, style.paint, style.width);
  }

 private:
  const dump::Heap& heap_;
  const Neighbourhood& part_;
  std::unordered_map<ObjectId, std::size_t> row_of_;
  std::vector<std::vector<std::pair<std::size_t, Referrer>>> below_;
};

Json json_steps(const dump::Heap& heap, const analysis::Path& path) {
  Json steps = Json::array();
  for (const Referrer step : path.steps) {
    const ObjectId target = heap.reference(step).target;
    steps.push_back({{"reference", json_text(analysis::reference_text(heap, step))},
                     {"address", json_address(heap.address(target))},
                     {"type", json_text(heap.type_name(target))}});
  }
  return steps;
}

}  // namespace

void print_paths(std::ostream& out,
                 const AnalyzedHeap& view,
                 ObjectId target,
                 const analysis::DisjointPaths& found,
                 const TextStyle& style) {
  out << style.paint.heading("Paths to " + shown_object(view.heap, target))
      << style.paint.quiet(": they share no reference") << '\n';
  if (found.paths.empty()) {
    out << "  none: no root leads to it\n";
    return;
  }
  for (std::size_t row = 0; row < found.paths.size(); ++row) {
    out << elide_middle(fmt::format("  {}  {}", row + 1, shown_path(view.heap, found.paths[row])),
                        style.width)
        << '\n';
  }
  if (found.all) {
    out << fmt::format("  these are all: {}, one on each path, would have to go\n",
                       counted(found.paths.size(), "reference"));
  } else {
    out << "  there are more\n";
  }
}

Json json_paths(const AnalyzedHeap& view, ObjectId target, const analysis::DisjointPaths& found) {
  Json paths = Json::array();
  for (const analysis::Path& path : found.paths) {
    paths.push_back({{"root", json_text(analysis::root_text(view.heap, path.root))},
                     {"root_kind", dump::to_string(path.root.kind)},
                     {"steps", json_steps(view.heap, path)},
                     {"signature", json_text(analysis::path_signature(view.heap, path))},
                     {"text", json_text(analysis::path_text(view.heap, path))}});
  }
  return {{"object", json_object(view, target)}, {"paths", paths}, {"all", found.all}};
}

void print_path_tree(std::ostream& out,
                     const std::string& what,
                     const PathTree& tree,
                     const TextStyle& style) {
  out << style.paint.heading("Paths to " + what) << style.paint.quiet(": merged by their steps")
      << '\n';
  Table table({{"instances"}, {"size"}, {"path", Table::Align::kLeft}});
  const std::vector<PathTree::Node>& nodes = tree.nodes();
  std::size_t rows = 0;
  std::size_t row = 0;
  for (; row < nodes.size() && (style.limit == 0 || rows < style.limit); ++rows) {
    const PathTree::Node& first = nodes[row];
    std::string text(std::size_t{2} * first.depth, ' ');
    const std::size_t end = end_of_chain(nodes, row);
    for (std::size_t at = row; at <= end; ++at) {
      text += (at == row ? "" : " > ") + printable(nodes[at].step);
    }
    table.add({count_text(first.objects), size_text(first.size, style.unit), text});
    row = end + 1;
  }
  if (row < nodes.size()) {
    table.add_summary(
        {"", "", fmt::format("[{} further down]", counted(nodes.size() - row, "step"))});
  }
  if (tree.unreachable() > 0) {
    table.add_summary({count_text(tree.unreachable()),
                       size_text(tree.unreachable_size(), style.unit), "[unreachable]"});
  }
  table.print(out, style.paint, style.width);
}

Json json_path_tree(const PathTree& tree, std::size_t limit) {
  Json nodes = Json::array();
  for (const PathTree::Node& node : tree.nodes()) {
    if (limit != 0 && nodes.size() == limit) {
      break;
    }
    nodes.push_back({{"step", json_text(node.step)},
                     {"depth", node.depth},
                     {"instances", node.objects},
                     {"size", node.size},
                     {"ends_here", node.ends_here}});
  }
  return {{"nodes", nodes},
          {"node_count", tree.nodes().size()},
          {"unreachable", tree.unreachable()},
          {"unreachable_size", tree.unreachable_size()}};
}

void print_surroundings(std::ostream& out,
                        const AnalyzedHeap& view,
                        const Neighbourhood& part,
                        Direction direction,
                        const TextStyle& style) {
  const bool in = direction == Direction::kIn;
  out << style.paint.heading(in ? "Referrers" : "Referents")
      << style.paint.quiet(in ? ": who refers to what is above it"
                              : ": what is referred to from above it")
      << '\n';
  Surroundings(view.heap, part, direction).print(out, view, style);
  if (part.omitted > 0) {
    out << style.paint.quiet(fmt::format("  [{} within reach are not shown: raise --limit]",
                                         counted(part.omitted, "object")))
        << '\n';
  }
}

Json json_surroundings(const AnalyzedHeap& view, const Neighbourhood& part) {
  Json objects = Json::array();
  for (const Neighbourhood::Member& member : part.members) {
    Json row = json_object(view, member.object);
    row["distance"] = member.distance;
    objects.push_back(row);
  }
  Json references = Json::array();
  for (const Referrer reference : part.references) {
    const ObjectId target = view.heap.reference(reference).target;
    references.push_back(
        {{"source", json_address(view.heap.address(reference.source))},
         {"target", json_address(view.heap.address(target))},
         {"reference", json_text(analysis::reference_text(view.heap, reference))}});
  }
  return {{"objects", objects}, {"references", references}, {"omitted", part.omitted}};
}

}  // namespace heapscan::cli
