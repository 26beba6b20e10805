#include "cli/inspect/cycles_view.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/render/table.h"

namespace heapscan::cli {
namespace {

using analysis::CycleCut;
using analysis::CycleGroup;
using analysis::Garbage;
using analysis::UnreachableCycle;
using dump::Referrer;

/// Other references that would do as well as the best one: more of them help nobody.
constexpr std::size_t kAlternatives = 4;

/// Where the dump says that an object of the cycle was made: "shop/app.py:17 serve()", or nothing.
std::string site_text(const dump::Heap& heap, const UnreachableCycle& cycle) {
  const auto& sites = heap.columns().site;
  if (sites.empty()) {
    return "";
  }
  for (const dump::ObjectId id : cycle.members) {
    const dump::SiteId site = sites[id.value()];
    if (site.has_value()) {
      const dump::AllocationSite& at = heap.columns().sites[site.value()];
      const auto text = [&heap](dump::StringId string) {
        return string.has_value() ? printable(heap.string(string)) : std::string("?");
      };
      return fmt::format("{}:{} {}()", text(at.file), at.line, text(at.function));
    }
  }
  return "";
}

/// The references along the walk, at most `limit` of them, 0 for all.
void print_walk(std::ostream& out,
                const dump::Heap& heap,
                const UnreachableCycle& cycle,
                std::size_t limit,
                const TextStyle& style) {
  const std::vector<Referrer> walk = analysis::closed_walk(heap, cycle);
  const std::size_t shown = limit == 0 ? walk.size() : std::min(walk.size(), limit);
  for (std::size_t at = 0; at < shown; ++at) {
    const bool last = at + 1 == walk.size();
    const std::string target =
        last ? "the first again" : shown_object(heap, heap.reference(walk[at]).target);
    out << elide_middle("    " + shown_reference(heap, walk[at]) + " -> " + target, style.width)
        << '\n';
  }
  if (walk.size() > shown) {
    out << "    ... " << walk.size() - shown << " more, back to the first\n";
  }
}

/// What remains of the totals below the groups that are shown.
class Remainder {
 public:
  explicit Remainder(const Garbage& garbage)
      : groups_(garbage.groups.size()),
        cycles_(garbage.cycles.size()),
        objects_(garbage.cycle_objects),
        tail_objects_(garbage.objects - garbage.rest_objects - garbage.cycle_objects),
        size_(garbage.size - garbage.rest_size) {}

  void take(const CycleGroup& group) {
    --groups_;
    cycles_ -= group.cycles;
    objects_ -= group.objects;
    tail_objects_ -= group.tail_objects;
    size_ -= group.size + group.tail_size;
  }

  [[nodiscard]] bool empty() const { return groups_ == 0; }

  [[nodiscard]] std::string name() const { return fmt::format("[{}]", counted(groups_, "other")); }

  [[nodiscard]] std::string cycles() const { return count_text(cycles_); }

  [[nodiscard]] std::string objects() const { return count_text(objects_); }

  [[nodiscard]] std::string tail() const { return count_text(tail_objects_); }

  [[nodiscard]] std::string all_objects() const { return count_text(objects_ + tail_objects_); }

  [[nodiscard]] std::string size(SizeUnit unit) const { return size_text(size_, unit); }

 private:
  std::uint64_t groups_;
  std::uint64_t cycles_;
  std::uint64_t objects_;
  std::uint64_t tail_objects_;
  std::uint64_t size_;
};

constexpr const char* kRest = "[held by several cycles, or about to be freed]";

void print_title(std::ostream& out, const TextStyle& style) {
  out << style.paint.heading("Unreachable cycles")
      << style.paint.quiet(": garbage that reference counting cannot free") << '\n';
}

std::string reference_line(const dump::Heap& heap, Referrer reference) {
  return fmt::format("{} {} -> {}", printable(heap.type_name(reference.source)),
                     shown_reference(heap, reference),
                     shown_object(heap, heap.reference(reference).target));
}

void print_line(std::ostream& out, const std::string& text, const TextStyle& style) {
  out << elide_middle("  " + text, style.width) << '\n';
}

void print_single(std::ostream& out,
                  const dump::Heap& heap,
                  const CycleCut& cut,
                  const TextStyle& style) {
  print_line(out, "make this reference weak: " + reference_line(heap, cut.single.front()), style);
  if (!cut.can_be_weak) {
    print_line(out, "but Python has no weak references to such objects: take it away in time",
               style);
  }
  const std::size_t useful = cut.can_be_weak ? cut.single_weakable : cut.single.size();
  const std::size_t shown = std::min(useful, kAlternatives + 1);
  for (std::size_t at = 1; at < shown; ++at) {
    print_line(out, "or this one: " + reference_line(heap, cut.single[at]), style);
  }
  if (shown < useful) {
    print_line(out, fmt::format("or one of {}", counted(useful - shown, "other")), style);
  }
}

void print_kinds(std::ostream& out, const CycleCut& cut, const TextStyle& style) {
  print_line(out,
             cut.single.empty()
                 ? "no single reference would do; make all of these weak:"
                 : "the only single references that would do lead to what cannot be weak;",
             style);
  if (!cut.single.empty()) {
    print_line(out, "make all of these weak:", style);
  }
  for (const analysis::ReferenceClass& kind : cut.kinds) {
    print_line(out,
               fmt::format("  {}, {}", printable(kind.text), counted(kind.references, "reference")),
               style);
  }
  if (!cut.can_be_weak) {
    print_line(out, "where Python has no weak references to these: take them away in time", style);
  }
}

void print_cut(std::ostream& out,
               const dump::Heap& heap,
               const CycleGroup& group,
               const CycleCut& cut,
               const TextStyle& style) {
  out << '\n' << style.paint.heading("To let reference counts free it") << '\n';
  if (cut.single.empty() && cut.kinds.empty()) {
    print_line(out, "no single reference would do, and it has too many kinds of them to try",
               style);
    return;
  }
  if (cut.kinds.empty()) {
    print_single(out, heap, cut, style);
  } else {
    print_kinds(out, cut, style);
  }
  std::string freed = fmt::format("this frees {}, {}", counted(cut.freed_objects, "object"),
                                  size_text(cut.freed_size, style.unit));
  if (group.cycles > 1) {
    freed += fmt::format("; in all {} cycles like it {}, {}", count_text(group.cycles),
                         counted(group.objects + group.tail_objects, "object"),
                         size_text(group.size + group.tail_size, style.unit));
  }
  print_line(out, freed, style);
  if (cut.held_by_other_garbage > 0) {
    print_line(out,
               fmt::format("once other garbage that holds it is gone: {} lead here",
                           counted(cut.held_by_other_garbage, "reference")),
               style);
  }
}

Json json_reference_of(const AnalyzedHeap& view, Referrer reference) {
  const dump::ObjectId target = view.heap.reference(reference).target;
  return {{"source", json_address(view.heap.address(reference.source))},
          {"type", json_text(view.heap.type_name(reference.source))},
          {"reference", json_text(analysis::reference_text(view.heap, reference))},
          {"target", json_address(view.heap.address(target))},
          {"target_type", json_text(view.heap.type_name(target))}};
}

Json json_walk(const AnalyzedHeap& view, const UnreachableCycle& cycle) {
  Json walk = Json::array();
  for (const Referrer step : analysis::closed_walk(view.heap, cycle)) {
    walk.push_back(json_reference_of(view, step));
  }
  return walk;
}

Json json_group(const AnalyzedHeap& view, const Garbage& garbage, std::size_t row) {
  const CycleGroup& group = garbage.groups[row];
  const UnreachableCycle& example = garbage.cycle(group.example);
  return {{"number", row + 1},
          {"signature", json_text(group.signature)},
          {"cycles", group.cycles},
          {"objects", group.objects},
          {"size", group.size},
          {"tail_objects", group.tail_objects},
          {"tail_size", group.tail_size},
          {"has_finalizer", group.has_finalizer},
          {"site", json_known(site_text(view.heap, example))},
          {"example", json_walk(view, example)}};
}

}  // namespace

void print_main_cycles(std::ostream& out,
                       const AnalyzedHeap& view,
                       const Garbage& garbage,
                       const TextStyle& style) {
  constexpr std::size_t kReadableSteps = 24;
  if (garbage.objects == 0) {
    return;
  }
  out << '\n';
  print_title(out, style);
  Table table({{"cycles"},
               {"objects"},
               {"size"},
               {"finalizer", Table::Align::kLeft},
               {"cycle", Table::Align::kLeft}});
  Remainder left(garbage);
  for (std::size_t at = 0; at < style.shown(garbage.groups.size()); ++at) {
    const CycleGroup& group = garbage.groups[at];
    table.add({count_text(group.cycles), count_text(group.objects + group.tail_objects),
               size_text(group.size + group.tail_size, style.unit),
               group.has_finalizer ? "yes" : "no", printable(group.signature)});
    left.take(group);
  }
  if (!left.empty()) {
    table.add_summary({left.cycles(), left.all_objects(), left.size(style.unit), "", left.name()});
  }
  if (garbage.rest_objects > 0) {
    table.add_summary({"", count_text(garbage.rest_objects),
                       size_text(garbage.rest_size, style.unit), "", kRest});
  }
  table.add_summary({count_text(garbage.cycles.size()), count_text(garbage.objects),
                     size_text(garbage.size, style.unit), "", "total"});
  table.print(out, style.paint, style.width);
  if (!garbage.groups.empty()) {
    const UnreachableCycle& example = garbage.cycle(garbage.groups.front().example);
    out << "  for example " << shown_object(view.heap, example.members.front()) << '\n';
    print_walk(out, view.heap, example, kReadableSteps, style);
  }
}

void print_cycles(std::ostream& out,
                  const AnalyzedHeap& view,
                  const Garbage& garbage,
                  const TextStyle& style) {
  print_title(out, style);
  if (garbage.objects == 0) {
    out << "  none: everything is reachable\n";
    return;
  }
  Table table({{"number"},
               {"cycles"},
               {"objects"},
               {"tail"},
               {"size"},
               {"finalizer", Table::Align::kLeft},
               {"cycle", Table::Align::kLeft}});
  Remainder left(garbage);
  for (std::size_t at = 0; at < style.shown(garbage.groups.size()); ++at) {
    const CycleGroup& group = garbage.groups[at];
    table.add({std::to_string(at + 1), count_text(group.cycles), count_text(group.objects),
               count_text(group.tail_objects), size_text(group.size + group.tail_size, style.unit),
               group.has_finalizer ? "yes" : "no", printable(group.signature)});
    const std::string site = site_text(view.heap, garbage.cycle(group.example));
    if (!site.empty()) {
      table.add_detail("made at " + site);
    }
    left.take(group);
  }
  if (!left.empty()) {
    table.add_summary(
        {"", left.cycles(), left.objects(), left.tail(), left.size(style.unit), "", left.name()});
  }
  if (garbage.rest_objects > 0) {
    table.add_summary({"", "", "", count_text(garbage.rest_objects),
                       size_text(garbage.rest_size, style.unit), "", kRest});
  }
  table.add_summary({"", count_text(garbage.cycles.size()), count_text(garbage.cycle_objects),
                     count_text(garbage.objects - garbage.cycle_objects),
                     size_text(garbage.size, style.unit), "", "total"});
  table.print(out, style.paint, style.width);
}

void print_cycle(std::ostream& out,
                 const AnalyzedHeap& view,
                 const CycleView& shown,
                 const TextStyle& style) {
  const CycleGroup& group = shown.garbage.groups[shown.group];
  const UnreachableCycle& cycle = shown.garbage.cycle(group.example);
  const auto fact = [&out](const char* name, const std::string& text) {
    out << fmt::format("  {:<11}{}\n", name, text);
  };
  out << style.paint.heading(fmt::format("Cycle {}", shown.group + 1)) << ": "
      << printable(group.signature) << '\n';
  fact("objects", fmt::format("{} in the cycle, {} in its tail", count_text(cycle.members.size()),
                              count_text(cycle.tail_objects)));
  fact("size", fmt::format("{}, and {} in its tail", size_text(cycle.size, style.unit),
                           size_text(cycle.tail_size, style.unit)));
  fact("finalizer", cycle.has_finalizer ? "yes" : "no");
  if (group.cycles > 1) {
    fact("like it", counted(group.cycles - 1, "other cycle"));
  }
  const std::string site = site_text(view.heap, cycle);
  if (!site.empty()) {
    fact("made at", site);
  }
  out << '\n' << style.paint.heading("Edge by edge") << '\n';
  out << elide_middle("  " + shown_object(view.heap, cycle.members.front()), style.width) << '\n';
  print_walk(out, view.heap, cycle, style.limit, style);
  print_cut(out, view.heap, group, shown.cut, style);
}

Json json_cycles(const AnalyzedHeap& view, const Garbage& garbage, std::size_t limit) {
  const std::size_t shown =
      limit == 0 ? garbage.groups.size() : std::min(limit, garbage.groups.size());
  Json groups = Json::array();
  for (std::size_t row = 0; row < shown; ++row) {
    groups.push_back(json_group(view, garbage, row));
  }
  return {{"objects", garbage.objects},
          {"size", garbage.size},
          {"cycles", garbage.cycles.size()},
          {"cycle_objects", garbage.cycle_objects},
          {"cycle_size", garbage.cycle_size},
          {"rest_objects", garbage.rest_objects},
          {"rest_size", garbage.rest_size},
          {"group_count", garbage.groups.size()},
          {"groups", groups}};
}

Json json_cycle(const AnalyzedHeap& view, const CycleView& shown) {
  const CycleCut& cut = shown.cut;
  Json result = json_group(view, shown.garbage, shown.group);
  Json single = Json::array();
  for (const Referrer reference : cut.single) {
    single.push_back(json_reference_of(view, reference));
  }
  Json kinds = Json::array();
  for (const analysis::ReferenceClass& kind : cut.kinds) {
    kinds.push_back({{"reference", json_text(kind.text)}, {"references", kind.references}});
  }
  result["to_free"] = {{"single", single},
                       {"kinds", kinds},
                       {"can_be_weak", cut.can_be_weak},
                       {"freed_objects", cut.freed_objects},
                       {"freed_size", cut.freed_size},
                       {"held_by_other_garbage", cut.held_by_other_garbage}};
  return result;
}

}  // namespace heapscan::cli
