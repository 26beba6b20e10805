#include "cli/inspect/paths_view.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/size_text.h"
#include "cli/inspect/object_columns.h"

namespace heapscan::cli {
namespace {

using analysis::Direction;
using analysis::Neighbourhood;
using analysis::PathTree;
using dump::ObjectId;
using dump::Referrer;
using Kind = Listing::Kind;

/// The end of the chain of nodes that begins at `row` and does not branch: the nodes in between add
/// no more than their steps.
std::size_t end_of_chain(const std::vector<PathTree::Node>& nodes, std::size_t row) {
  while (row + 1 < nodes.size() && nodes[row + 1].depth == nodes[row].depth + 1 &&
         nodes[row + 1].objects == nodes[row].objects && nodes[row].ends_here == 0) {
    ++row;
  }
  return row;
}

/// A part of the heap as a tree: each member below the one through which it was reached.
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

  /// A row for each member, indented by its distance.
  void add_rows(Listing& listing, const analysis::DominatorTree& dominators) const {
    std::vector<std::pair<std::size_t, Referrer>> to_do = {{0, {}}};
    while (!to_do.empty()) {
      const auto [row, reference] = to_do.back();
      to_do.pop_back();
      const Neighbourhood::Member& member = part_.members[row];
      std::string text(std::size_t{2} * member.distance, ' ');
      if (reference.source.has_value()) {
        text += analysis::reference_text(heap_, reference) + "  ";
      }
      listing.add({dominators.retained[member.object.value()],
                   text + analysis::object_text(heap_, member.object)});
      to_do.insert(to_do.end(), below_[row].rbegin(), below_[row].rend());
    }
  }

 private:
  const dump::Heap& heap_;
  const Neighbourhood& part_;
  std::unordered_map<ObjectId, std::size_t> row_of_;
  std::vector<std::vector<std::pair<std::size_t, Referrer>>> below_;
};

/// The tree for people: a chain of nodes without branches is one row.
Listing tree_listing(const PathTree& tree, std::size_t limit) {
  Listing listing;
  listing.columns = {
      {Kind::kCount, "instances"}, {Kind::kSize, "size"}, {Kind::kText, "path", "", true}};
  const std::vector<PathTree::Node>& nodes = tree.nodes();
  std::size_t row = 0;
  while (row < nodes.size() && (limit == 0 || listing.rows.size() < limit)) {
    const PathTree::Node& first = nodes[row];
    std::string text(std::size_t{2} * first.depth, ' ');
    const std::size_t end = end_of_chain(nodes, row);
    for (std::size_t at = row; at <= end; ++at) {
      text += (at == row ? "" : " > ") + nodes[at].step;
    }
    listing.add({std::uint64_t{first.objects}, first.size, text});
    row = end + 1;
  }
  if (row < nodes.size()) {
    listing.add_summary({"", "", fmt::format("[{}]", counted(nodes.size() - row, "more step"))});
  }
  if (tree.unreachable() > 0) {
    listing.add_summary(
        {std::uint64_t{tree.unreachable()}, tree.unreachable_size(), "[unreachable]"});
  }
  return listing;
}

/// The tree for programs: a row for each node.
Listing nodes_listing(const PathTree& tree, std::size_t limit) {
  Listing listing;
  listing.key = "path_tree.nodes";
  listing.for_people = false;
  listing.is_main = true;
  listing.columns = {{Kind::kText, "", "step"},
                     {Kind::kCount, "", "depth"},
                     {Kind::kCount, "", "instances"},
                     {Kind::kSize, "", "size"},
                     {Kind::kCount, "", "ends_here"}};
  const std::vector<PathTree::Node>& nodes = tree.nodes();
  for (std::size_t at = 0; at < within(limit, nodes.size()); ++at) {
    const PathTree::Node& node = nodes[at];
    listing.add({node.step, std::uint64_t{node.depth}, std::uint64_t{node.objects}, node.size,
                 std::uint64_t{node.ends_here}});
  }
  return listing;
}

/// A part of the heap, for programs: its objects and the references between them.
void add_graph(Page& page,
               const std::string& key,
               const AnalyzedHeap& view,
               const Neighbourhood& part) {
  Listing objects;
  objects.key = key + ".objects";
  objects.for_people = false;
  objects.is_main = true;
  objects.columns = {{Kind::kCount, "", "distance"}};
  add_object_columns(objects.columns, "");
  for (const Neighbourhood::Member& member : part.members) {
    Listing::Cells cells = {std::uint64_t{member.distance}};
    add_object_cells(cells, view, member.object);
    objects.add(std::move(cells));
  }
  Listing references;
  references.key = key + ".references";
  references.for_people = false;
  references.columns = {
      {Kind::kText, "", "source"}, {Kind::kText, "", "target"}, {Kind::kText, "", "reference"}};
  for (const Referrer reference : part.references) {
    const ObjectId target = view.heap.reference(reference).target;
    references.add({analysis::address_text(view.heap.address(reference.source)),
                    analysis::address_text(view.heap.address(target)),
                    analysis::reference_text(view.heap, reference)});
  }
  page.blocks.emplace_back(std::move(objects));
  page.blocks.emplace_back(std::move(references));
  page.fields.push_back({key + ".omitted", std::uint64_t{part.omitted}});
}

}  // namespace

Page paths_page(const AnalyzedHeap& view,
                ObjectId target,
                const analysis::DisjointPaths& found,
                const PageOptions& options) {
  Listing listing;
  listing.title = "Paths to " + analysis::object_text(view.heap, target);
  listing.aside = {"no two share a reference"};
  listing.key = "paths.paths";
  listing.is_main = true;
  listing.empty_text = "none: no root leads to it";
  listing.columns = {{Kind::kNumber, "number"}, {Kind::kText, "path", "text", true}};
  if (options.for_programs) {
    add_path_columns(listing.columns, "");
  }
  for (const analysis::Path& path : found.paths) {
    Listing::Cells cells = {std::uint64_t{listing.rows.size() + 1},
                            analysis::path_text(view.heap, path)};
    if (options.for_programs) {
      add_path_cells(cells, view.heap, path);
    }
    listing.add(std::move(cells));
  }
  Page page;
  page.blocks.emplace_back(std::move(listing));
  if (!found.paths.empty()) {
    page.blocks.emplace_back(Lines{
        "",
        {{{found.all ? fmt::format("no more paths: {}, one on each path, must be cut to free it",
                                   counted(found.paths.size(), "reference"))
                     : std::string("there are more paths")},
          0,
          false}}});
  }
  if (options.for_programs) {
    add_object_fields(page, "paths.object", view, target);
    page.fields.push_back({"paths.all", found.all});
  }
  return page;
}

Page path_tree_page(const std::string& type,
                    std::size_t instances,
                    const PathTree& tree,
                    const PageOptions& options) {
  Page page;
  Listing listing = tree_listing(tree, options.limit);
  listing.title = "Paths to " + count_text(instances) + " " + type;
  listing.aside = {"merged step by step"};
  page.blocks.emplace_back(std::move(listing));
  if (options.for_programs) {
    page.blocks.emplace_back(nodes_listing(tree, options.limit));
    page.fields.insert(page.fields.end(),
                       {{"path_tree.node_count", std::uint64_t{tree.nodes().size()}},
                        {"path_tree.unreachable", std::uint64_t{tree.unreachable()}},
                        {"path_tree.unreachable_size", tree.unreachable_size()},
                        {"path_tree.type", type},
                        {"path_tree.instances", std::uint64_t{instances}}});
  }
  return page;
}

Page surroundings_page(const AnalyzedHeap& view,
                       const Neighbourhood& part,
                       Direction direction,
                       const PageOptions& options) {
  const bool in = direction == Direction::kIn;
  Listing listing;
  listing.title = in ? "Referrers" : "Referents";
  listing.aside = {in ? "each refers to the object above it"
                      : "each is referred to by the object above it"};
  listing.columns = {{Kind::kSize, "retained"}, {Kind::kText, "object", "", true}};
  Surroundings(view.heap, part, direction).add_rows(listing, view.dominators);
  if (part.omitted > 0) {
    listing.add_summary({"", fmt::format("[{} within reach: raise --limit]",
                                         counted(part.omitted, "more object"))});
  }
  Page page;
  page.blocks.emplace_back(std::move(listing));
  if (options.for_programs) {
    add_graph(page, in ? "referrers" : "referents", view, part);
  }
  return page;
}

}  // namespace heapscan::cli
