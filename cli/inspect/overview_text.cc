#include <algorithm>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/input/salvage.h"
#include "cli/inspect/cycles_view.h"
#include "cli/inspect/overview.h"
#include "cli/inspect/suspects_view.h"
#include "cli/render/table.h"

/// The text of an overview: what a person needs first comes first.
namespace heapscan::cli {
namespace {

using analysis::Garbage;

void print_fact(std::ostream& out, const char* name, const std::string& text) {
  out << fmt::format("  {:<12}{}\n", name, text);
}

std::string gc_text(const dump::ProcessFacts& facts) {
  if (facts.gc_enabled < 0) {
    return "not known";
  }
  std::string text = facts.gc_enabled == 1 ? "enabled" : "disabled";
  if (facts.gc_threshold[0] >= 0) {
    text += fmt::format(", thresholds {}/{}/{}, counts {}/{}/{}", facts.gc_threshold[0],
                        facts.gc_threshold[1], facts.gc_threshold[2], facts.gc_count[0],
                        facts.gc_count[1], facts.gc_count[2]);
  }
  if (facts.gc_collections[0] >= 0) {
    text += fmt::format(", ran {}/{}/{} times", facts.gc_collections[0], facts.gc_collections[1],
                        facts.gc_collections[2]);
  }
  return text;
}

std::string rss_text(const dump::ProcessFacts& facts, SizeUnit unit) {
  const auto size = [unit](std::int64_t bytes) {
    return size_text(static_cast<std::uint64_t>(bytes), unit);
  };
  std::string text = size(facts.rss) + " of the process";
  if (facts.rss_anonymous >= 0 && facts.rss_file >= 0) {
    text += ": " + size(facts.rss_anonymous) + " its own, " + size(facts.rss_file) + " files";
    text += facts.rss_shared > 0 ? ", " + size(facts.rss_shared) + " shared memory" : "";
  }
  return text;
}

/// "2.0 MiB in 2 arenas, 61.2% of it allocated; 97 pools in use, 82.0% full".
std::string allocator_text(const Overview::Allocator& allocator, SizeUnit unit) {
  return fmt::format(
      "{} in {}, {} of it allocated; {} in use, {} full", size_text(allocator.arenas_size, unit),
      counted(allocator.arenas, "arena"), share_text(allocator.used, allocator.arenas_size),
      counted(allocator.pools, "pool"), share_text(allocator.used, allocator.pools_size));
}

void print_process(std::ostream& out, const dump::ProcessFacts& facts, const TextStyle& style) {
  std::string title = facts.runtime.empty() ? "unknown runtime" : facts.runtime;
  if (!facts.version.empty()) {
    title += " " + facts.version;
  }
  if (facts.pid >= 0) {
    title += fmt::format(", process {}", facts.pid);
    title += facts.pid_in_namespace < 0
                 ? ""
                 : fmt::format(" ({} in its container)", facts.pid_in_namespace);
  }
  if (!facts.host.empty()) {
    title += " on " + facts.host;
  }
  out << style.paint.heading(printable(title)) << '\n';
  if (!facts.command.empty()) {
    print_fact(out, "command",
               elide_middle(printable(facts.command), style.width > 40 ? style.width - 14 : 0));
  }
  if (facts.taken_at >= 0) {
    print_fact(out, "taken",
               time_text(facts.taken_at) + (facts.pause_us >= 0
                                                ? ", stopped for " + duration_text(facts.pause_us)
                                                : std::string()));
  }
}

void print_figures(std::ostream& out,
                   const AnalyzedHeap& view,
                   const Overview& overview,
                   const TextStyle& style) {
  const dump::ProcessFacts& facts = view.heap.facts();
  const Garbage& garbage = overview.garbage;
  print_fact(out, "heap",
             fmt::format("{} in {}, {}", size_text(overview.histogram.size, style.unit),
                         counted(overview.histogram.objects, "object"),
                         counted(view.heap.reference_count(), "reference")));
  if (facts.rss >= 0) {
    print_fact(out, "resident", rss_text(facts, style.unit));
  }
  if (overview.allocator.arenas > 0) {
    print_fact(out, "allocator", allocator_text(overview.allocator, style.unit));
  }
  print_fact(out, "garbage",
             !knows_garbage(view.heap) ? "unknown: the dump has lost roots or references"
             : garbage.objects == 0
                 ? "none: everything is reachable"
                 : fmt::format("{} in {}, {}", size_text(garbage.size, style.unit),
                               counted(garbage.objects, "unreachable object"),
                               counted(garbage.cycles.size(), "cycle")));
  print_fact(out, "collector", gc_text(facts));
  std::string counts = fmt::format("{} explained by the dump",
                                   share_text(overview.counts.explained, overview.counts.checked));
  if (overview.counts.held_outside > 0) {
    counts += fmt::format("; {} held from outside (C code)",
                          counted(overview.counts.held_outside, "object"));
  }
  print_fact(out, "refcounts", counts);
  if (overview.counts.conservative > 0) {
    print_fact(out, "guessed",
               counted(overview.counts.conservative, "object") +
                   " of unknown layout: references found by scanning");
  }
  if (facts.bad_references > 0) {
    print_fact(out, "unread",
               counted(static_cast<std::uint64_t>(facts.bad_references), "reference") +
                   " led to nothing that is an object");
  }
  for (const std::string& loss : losses_of(view.heap)) {
    print_fact(out, "salvaged", loss);
  }
  if (!facts.complete) {
    print_fact(out, "incomplete", "parts of the heap are missing: figures are lower bounds");
  }
}

void print_types(std::ostream& out, const analysis::Histogram& histogram, const TextStyle& style) {
  out << '\n' << style.paint.heading("Types by size") << '\n';
  Table table({{"count"}, {"size"}, {"share"}, {"retained"}, {"type", Table::Align::kLeft}});
  const std::size_t shown = style.shown(histogram.rows.size());
  std::uint64_t other_objects = histogram.objects;
  std::uint64_t other_size = histogram.size;
  for (std::size_t at = 0; at < shown; ++at) {
    const analysis::HistogramRow& row = histogram.rows[at];
    other_objects -= row.objects;
    other_size -= row.size;
    table.add({count_text(row.objects), size_text(row.size, style.unit),
               share_text(row.size, histogram.size), size_text(row.retained, style.unit),
               printable(row.name)});
  }
  if (shown < histogram.rows.size()) {
    table.add_summary({count_text(other_objects), size_text(other_size, style.unit),
                       share_text(other_size, histogram.size), "",
                       fmt::format("[{}]", counted(histogram.rows.size() - shown, "other"))});
  }
  table.add_summary(
      {count_text(histogram.objects), size_text(histogram.size, style.unit), "", "", "total"});
  table.print(out, style.paint, style.width);
}

/// The path below the object's row, unless the row says it: "module shop 0x7f31c8 (72 B)".
void add_path(Table& table, const AnalyzedHeap& view, dump::ObjectId id) {
  const std::string path = shown_path_to(view, id);
  if (!shown_object(view.heap, id).starts_with(path + " ")) {
    table.add_detail(path);
  }
}

void print_holders(std::ostream& out,
                   const AnalyzedHeap& view,
                   const Overview& overview,
                   const TextStyle& style) {
  const std::uint64_t whole = view.dominators.reachable_size;
  out << '\n'
      << style.paint.heading("Biggest holders") << style.paint.quiet(": freed with each") << '\n';
  Table table({{"retained"}, {"share"}, {"object, and its path from a root", Table::Align::kLeft}});
  std::uint64_t others = whole;
  for (const Overview::Holder& holder : overview.holders) {
    const std::uint64_t retained = view.dominators.retained[holder.object.value()];
    others -= retained;
    table.add({size_text(retained, style.unit), share_text(retained, whole),
               shown_object(view.heap, holder.object)});
    add_path(table, view, holder.object);
    if (holder.gathers_at != holder.object) {
      // The path and the address in lines of their own: a narrow terminal elides the path only.
      const std::uint64_t gathered = view.dominators.retained[holder.gathers_at.value()];
      table.add_detail(fmt::format("{} of it at {}", size_text(gathered, style.unit),
                                   shown_path_to(view, holder.gathers_at)));
      table.add_detail("in " + shown_object(view.heap, holder.gathers_at));
    }
  }
  if (overview.holders.size() < overview.holder_count) {
    table.add_summary(
        {size_text(others, style.unit), share_text(others, whole),
         fmt::format("[{}]", counted(overview.holder_count - overview.holders.size(), "other"))});
  }
  table.add_summary({size_text(whole, style.unit), "", "total reachable"});
  table.print(out, style.paint, style.width);
}

}  // namespace

void print_overview(std::ostream& out,
                    const AnalyzedHeap& view,
                    const Overview& overview,
                    const TextStyle& style) {
  print_process(out, view.heap.facts(), style);
  print_figures(out, view, overview, style);
  print_main_suspects(out, view, overview.suspects, style);
  print_types(out, overview.histogram, style);
  print_holders(out, view, overview, style);
  if (knows_garbage(view.heap)) {
    print_main_cycles(out, view, overview.garbage, style);
  }
}

}  // namespace heapscan::cli
