#include "cli/inspect/cycles_view.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/console/size_text.h"
#include "cli/inspect/cycle_parts.h"

namespace heapscan::cli {
namespace {

using analysis::CycleGroup;
using analysis::Garbage;
using analysis::UnreachableCycle;
using Kind = Listing::Kind;

constexpr const char* kTitle = "Unreachable cycles";
constexpr const char* kAside = "garbage that reference counting cannot free";
constexpr const char* kRest = "[held by several cycles, or about to be freed]";

/// What the groups that are not shown add up to.
struct Remainder {
  explicit Remainder(const Garbage& garbage)
      : groups(garbage.groups.size()),
        cycles(garbage.cycles.size()),
        objects(garbage.cycle_objects),
        tail_objects(garbage.objects - garbage.rest_objects - garbage.cycle_objects),
        size(garbage.size - garbage.rest_size) {}

  void take(const CycleGroup& group) {
    --groups;
    cycles -= group.cycles;
    objects -= group.objects;
    tail_objects -= group.tail_objects;
    size -= group.size + group.tail_size;
  }

  std::uint64_t groups;
  std::uint64_t cycles;
  std::uint64_t objects;
  std::uint64_t tail_objects;
  std::uint64_t size;
};

/// Schema version 1 has the site of a cycle in an order of its own: "shop/app.py:17 serve()".
Listing::Cell site_cell(const dump::Heap& heap, const UnreachableCycle& cycle) {
  const dump::AllocationSite* const site = site_of_cycle(heap, cycle);
  if (site == nullptr) {
    return {};
  }
  const auto text = [&heap](dump::StringId string) {
    return string.has_value() ? printable(heap.string(string)) : std::string("?");
  };
  return fmt::format("{}:{} {}()", text(site->file), site->line, text(site->function));
}

std::vector<Listing::Column> group_columns() {
  return {{Kind::kNumber, "", "number"},  {Kind::kText, "", "signature"},
          {Kind::kCount, "", "cycles"},   {Kind::kCount, "", "objects"},
          {Kind::kSize, "", "size"},      {Kind::kCount, "", "tail_objects"},
          {Kind::kSize, "", "tail_size"}, {Kind::kFlag, "", "has_finalizer"},
          {Kind::kText, "", "site"},      {Kind::kNested, "", "example"}};
}

Listing::Cells group_cells(const dump::Heap& heap, const Garbage& garbage, std::size_t row) {
  const CycleGroup& group = garbage.groups[row];
  const UnreachableCycle& example = garbage.cycle(group.example);
  return {std::uint64_t{row + 1},
          group.signature,
          group.cycles,
          group.objects,
          group.size,
          group.tail_objects,
          group.tail_size,
          group.has_finalizer,
          site_cell(heap, example),
          nested(references_listing(heap, analysis::closed_walk(heap, example)))};
}

/// All cycles, for programs. `is_main`: whether their table is the main one of the page.
void add_garbage(
    Page& page, const dump::Heap& heap, const Garbage& garbage, std::size_t limit, bool is_main) {
  Listing groups;
  groups.is_main = is_main;
  groups.key = "garbage.groups";
  groups.for_people = false;
  groups.columns = group_columns();
  for (std::size_t row = 0; row < within(limit, garbage.groups.size()); ++row) {
    groups.add(group_cells(heap, garbage, row));
  }
  page.blocks.emplace_back(std::move(groups));
  page.fields.insert(page.fields.end(),
                     {{"garbage.objects", garbage.objects},
                      {"garbage.size", garbage.size},
                      {"garbage.cycles", std::uint64_t{garbage.cycles.size()}},
                      {"garbage.cycle_objects", garbage.cycle_objects},
                      {"garbage.cycle_size", garbage.cycle_size},
                      {"garbage.rest_objects", garbage.rest_objects},
                      {"garbage.rest_size", garbage.rest_size},
                      {"garbage.group_count", std::uint64_t{garbage.groups.size()}}});
}

/// Groups with their tails added to them.
Listing short_listing(const Garbage& garbage, std::size_t limit) {
  Listing listing;
  listing.title = kTitle;
  listing.aside = {kAside};
  listing.columns = {{Kind::kCount, "cycles"},
                     {Kind::kCount, "objects"},
                     {Kind::kSize, "size"},
                     {Kind::kFlag, "finalizer", "", true},
                     {Kind::kText, "cycle", "", true}};
  Remainder left(garbage);
  for (std::size_t at = 0; at < within(limit, garbage.groups.size()); ++at) {
    const CycleGroup& group = garbage.groups[at];
    listing.add({group.cycles, group.objects + group.tail_objects, group.size + group.tail_size,
                 group.has_finalizer, group.signature});
    left.take(group);
  }
  if (left.groups > 0) {
    listing.add_summary(
        {left.cycles, left.objects + left.tail_objects, left.size, "", others_text(left.groups)});
  }
  if (garbage.rest_objects > 0) {
    listing.add_summary({"", garbage.rest_objects, garbage.rest_size, "", kRest});
  }
  listing.add_summary(
      {std::uint64_t{garbage.cycles.size()}, garbage.objects, garbage.size, "", "total"});
  return listing;
}

/// Groups by number, with their tails beside them.
Listing full_listing(const dump::Heap& heap, const Garbage& garbage, std::size_t limit) {
  Listing listing;
  listing.title = kTitle;
  listing.aside = {kAside};
  listing.empty_text = "none: everything is reachable";
  listing.columns = {{Kind::kNumber, "number"},       {Kind::kCount, "cycles"},
                     {Kind::kCount, "objects"},       {Kind::kCount, "tail"},
                     {Kind::kSize, "size"},           {Kind::kFlag, "finalizer", "", true},
                     {Kind::kText, "cycle", "", true}};
  if (garbage.objects == 0) {
    return listing;
  }
  Remainder left(garbage);
  for (std::size_t at = 0; at < within(limit, garbage.groups.size()); ++at) {
    const CycleGroup& group = garbage.groups[at];
    std::vector<Phrase> details;
    if (const auto* site = site_of_cycle(heap, garbage.cycle(group.example))) {
      details.push_back({"allocated at " + analysis::site_text(heap, *site)});
    }
    listing.add({std::uint64_t{at + 1}, group.cycles, group.objects, group.tail_objects,
                 group.size + group.tail_size, group.has_finalizer, group.signature},
                std::move(details));
    left.take(group);
  }
  if (left.groups > 0) {
    listing.add_summary({"", left.cycles, left.objects, left.tail_objects, left.size, "",
                         others_text(left.groups)});
  }
  if (garbage.rest_objects > 0) {
    listing.add_summary({"", "", "", garbage.rest_objects, garbage.rest_size, "", kRest});
  }
  listing.add_summary({"", std::uint64_t{garbage.cycles.size()}, garbage.cycle_objects,
                       garbage.objects - garbage.cycle_objects, garbage.size, "", "total"});
  return listing;
}

Facts facts_of(const dump::Heap& heap, const CycleView& shown) {
  const CycleGroup& group = shown.garbage.groups[shown.group];
  const UnreachableCycle& cycle = shown.garbage.cycle(group.example);
  Facts facts;
  facts.title = fmt::format("Cycle {}", shown.group + 1);
  facts.aside = {group.signature};
  facts.facts = {{"objects",
                  {fmt::format("{} in the cycle, {} in its tail", count_text(cycle.members.size()),
                               count_text(cycle.tail_objects))}},
                 {"size", {Bytes{cycle.size}, ", and ", Bytes{cycle.tail_size}, " in its tail"}},
                 {"finalizer", {cycle.has_finalizer ? "yes" : "no"}}};
  if (group.cycles > 1) {
    facts.facts.push_back({"similar", {counted(group.cycles - 1, "other cycle")}});
  }
  if (const auto* site = site_of_cycle(heap, cycle)) {
    facts.facts.push_back({"allocated", {analysis::site_text(heap, *site)}});
  }
  return facts;
}

void add_cycle_fields(Page& page, const dump::Heap& heap, const CycleView& shown) {
  const std::vector<Listing::Column> columns = group_columns();
  Listing::Cells cells = group_cells(heap, shown.garbage, shown.group);
  for (std::size_t at = 0; at + 1 < columns.size(); ++at) {
    page.fields.push_back({"cycle." + columns[at].key, std::move(cells[at])});
  }
  const analysis::CycleCut& cut = shown.cut;
  Listing kinds;
  kinds.columns = {{Kind::kText, "", "reference"}, {Kind::kCount, "", "references"}};
  for (const analysis::ReferenceClass& kind : cut.kinds) {
    kinds.add({kind.text, kind.references});
  }
  page.fields.insert(page.fields.end(),
                     {{"cycle.to_free.single", nested(references_listing(heap, cut.single))},
                      {"cycle.to_free.kinds", nested(std::move(kinds))},
                      {"cycle.to_free.can_be_weak", cut.can_be_weak},
                      {"cycle.to_free.freed_objects", cut.freed_objects},
                      {"cycle.to_free.freed_size", cut.freed_size},
                      {"cycle.to_free.held_by_other_garbage", cut.held_by_other_garbage}});
}

}  // namespace

void add_main_cycles(Page& page,
                     const AnalyzedHeap& view,
                     const Garbage& garbage,
                     const PageOptions& options) {
  constexpr std::size_t kReadableSteps = 24;
  if (garbage.objects > 0) {
    page.blocks.emplace_back(short_listing(garbage, options.limit));
    if (!garbage.groups.empty()) {
      const UnreachableCycle& example = garbage.cycle(garbage.groups.front().example);
      Lines lines;
      lines.lines.push_back(
          {{"for example " + analysis::object_text(view.heap, example.members.front())}, 0, false});
      add_walk(lines, view.heap, example, kReadableSteps);
      page.blocks.emplace_back(std::move(lines));
    }
  }
  if (options.for_programs) {
    add_garbage(page, view.heap, garbage, options.limit, false);
  }
}

Page cycles_page(const AnalyzedHeap& view, const Garbage& garbage, const PageOptions& options) {
  Page page;
  page.blocks.emplace_back(full_listing(view.heap, garbage, options.limit));
  if (options.for_programs) {
    add_garbage(page, view.heap, garbage, options.limit, true);
  }
  return page;
}

Page cycle_page(const AnalyzedHeap& view, const CycleView& shown, const PageOptions& options) {
  const CycleGroup& group = shown.garbage.groups[shown.group];
  const UnreachableCycle& cycle = shown.garbage.cycle(group.example);
  Page page;
  page.blocks.emplace_back(facts_of(view.heap, shown));
  Lines walk;
  walk.title = "Reference by reference";
  walk.lines.push_back({{analysis::object_text(view.heap, cycle.members.front())}});
  add_walk(walk, view.heap, cycle, options.limit);
  page.blocks.emplace_back(std::move(walk));
  page.blocks.emplace_back(cut_lines(view.heap, group, shown.cut));
  if (options.for_programs) {
    Listing references = references_listing(view.heap, analysis::closed_walk(view.heap, cycle));
    references.key = "cycle.example";
    references.for_people = false;
    references.is_main = true;
    page.blocks.emplace_back(std::move(references));
    add_cycle_fields(page, view.heap, shown);
  }
  return page;
}

}  // namespace heapscan::cli
