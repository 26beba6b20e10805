#include "cli/inspect/cycle_parts.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/size_text.h"

namespace heapscan::cli {
namespace {

using analysis::CycleCut;
using analysis::CycleGroup;
using analysis::UnreachableCycle;
using dump::Referrer;
using Kind = Listing::Kind;

/// How many alternatives to the best reference are listed: more would help nobody.
constexpr std::size_t kAlternatives = 4;

void add_line(Lines& lines, std::string text) {
  lines.lines.push_back({{std::move(text)}});
}

std::string reference_line(const dump::Heap& heap, dump::Referrer reference) {
  return fmt::format("{} {} -> {}", heap.type_name(reference.source),
                     analysis::reference_text(heap, reference),
                     analysis::object_text(heap, heap.reference(reference).target));
}

void add_single(Lines& lines, const dump::Heap& heap, const CycleCut& cut) {
  add_line(lines, "make this reference weak: " + reference_line(heap, cut.single.front()));
  if (!cut.can_be_weak) {
    add_line(lines,
             "but Python does not support weak references to such objects: clear it explicitly");
  }
  const std::size_t useful = cut.can_be_weak ? cut.single_weakable : cut.single.size();
  const std::size_t shown = std::min(useful, kAlternatives + 1);
  for (std::size_t at = 1; at < shown; ++at) {
    add_line(lines, "or this one: " + reference_line(heap, cut.single[at]));
  }
  if (shown < useful) {
    add_line(lines, fmt::format("or one of {}", counted(useful - shown, "other")));
  }
}

void add_kinds(Lines& lines, const CycleCut& cut) {
  if (cut.single.empty()) {
    add_line(lines, "no single reference is enough; make all of these weak:");
  } else {
    add_line(lines,
             "each reference that is enough by itself leads to what cannot be weakly referenced;");
    add_line(lines, "make all of these weak:");
  }
  for (const analysis::ReferenceClass& kind : cut.kinds) {
    lines.lines.push_back({{kind.text + ", " + counted(kind.references, "reference")}, 1});
  }
  if (!cut.can_be_weak) {
    add_line(lines, "where Python does not support weak references: clear them explicitly");
  }
}

}  // namespace

void add_walk(Lines& lines,
              const dump::Heap& heap,
              const UnreachableCycle& cycle,
              std::size_t limit) {
  const std::vector<Referrer> walk = analysis::closed_walk(heap, cycle);
  const std::size_t shown = within(limit, walk.size());
  for (std::size_t at = 0; at < shown; ++at) {
    const bool last = at + 1 == walk.size();
    const std::string target =
        last ? "back to the first" : analysis::object_text(heap, heap.reference(walk[at]).target);
    lines.lines.push_back({{analysis::reference_text(heap, walk[at]) + " -> " + target}, 1});
  }
  if (walk.size() > shown) {
    lines.lines.push_back(
        {{fmt::format("... {} more, back to the first", walk.size() - shown)}, 1, false});
  }
}

Listing references_listing(const dump::Heap& heap, const std::vector<Referrer>& references) {
  Listing listing;
  listing.columns = {{Kind::kText, "", "source"},
                     {Kind::kText, "", "type"},
                     {Kind::kText, "", "reference"},
                     {Kind::kText, "", "target"},
                     {Kind::kText, "", "target_type"}};
  for (const Referrer reference : references) {
    const dump::ObjectId target = heap.reference(reference).target;
    listing.add(
        {analysis::address_text(heap.address(reference.source)),
         std::string(heap.type_name(reference.source)), analysis::reference_text(heap, reference),
         analysis::address_text(heap.address(target)), std::string(heap.type_name(target))});
  }
  return listing;
}

const dump::AllocationSite* site_of_cycle(const dump::Heap& heap, const UnreachableCycle& cycle) {
  for (const dump::ObjectId id : cycle.members) {
    if (const dump::AllocationSite* const site = analysis::site_of(heap, id)) {
      return site;
    }
  }
  return nullptr;
}

Lines cut_lines(const dump::Heap& heap, const CycleGroup& group, const CycleCut& cut) {
  Lines lines;
  lines.title = "How to break it";
  if (cut.single.empty() && cut.kinds.empty()) {
    add_line(lines,
             "no single reference is enough, and there are too many kinds of references to try");
    return lines;
  }
  if (cut.kinds.empty()) {
    add_single(lines, heap, cut);
  } else {
    add_kinds(lines, cut);
  }
  Phrase freed = {"this frees " + counted(cut.freed_objects, "object") + ", ",
                  Bytes{cut.freed_size}};
  if (group.cycles > 1) {
    freed.emplace_back(fmt::format("; all {} similar cycles: {}, ", count_text(group.cycles),
                                   counted(group.objects + group.tail_objects, "object")));
    freed.emplace_back(Bytes{group.size + group.tail_size});
  }
  lines.lines.push_back({std::move(freed)});
  if (cut.held_by_other_garbage > 0) {
    add_line(lines, fmt::format("after the other garbage that holds it is freed ({} from there)",
                                counted(cut.held_by_other_garbage, "reference")));
  }
  return lines;
}

}  // namespace heapscan::cli
