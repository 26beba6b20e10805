#include "cli/comparison.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/open_heap.h"
#include "cli/printable.h"
#include "cli/size_text.h"
#include "cli/table.h"

namespace heapscan::cli {
namespace {

using analysis::GrowthRow;

std::string runtime_text(const dump::ProcessFacts& facts) {
  return facts.runtime.empty() ? "an unknown runtime" : facts.runtime + " " + facts.version;
}

std::vector<std::string> notes_about(const Comparison& comparison) {
  const dump::ProcessFacts& before = comparison.old_heap.facts();
  const dump::ProcessFacts& after = comparison.new_heap.facts();
  std::vector<std::string> notes;
  std::error_code unknown;
  if (std::filesystem::equivalent(comparison.old_path, comparison.new_path, unknown)) {
    notes.push_back(comparison.old_path + ": compared with itself, so nothing grew");
  }
  if (before.runtime != after.runtime || before.version != after.version) {
    notes.push_back(fmt::format("the dumps are of {} and {}: sizes differ for that alone",
                                runtime_text(before), runtime_text(after)));
  }
  if (before.taken_at >= 0 && after.taken_at >= 0 && after.taken_at < before.taken_at) {
    notes.push_back(comparison.new_path +
                    ": taken before the dump that it is compared with: are they swapped?");
  }
  return notes;
}

std::uint64_t change(const GrowthRow& row) {
  const std::int64_t growth = row.size_growth();
  return static_cast<std::uint64_t>(growth < 0 ? -growth : growth);
}

/// The indexes of the `count` rows that changed most, in the order of the rows.
std::vector<std::size_t> most_changed(const std::vector<GrowthRow>& rows, std::size_t count) {
  std::vector<std::size_t> indexes(rows.size());
  std::iota(indexes.begin(), indexes.end(), std::size_t{0});
  std::stable_sort(indexes.begin(), indexes.end(), [&rows](std::size_t a, std::size_t b) {
    return change(rows[a]) > change(rows[b]);
  });
  indexes.resize(count);
  std::sort(indexes.begin(), indexes.end());
  return indexes;
}

void add_to(GrowthRow& sum, const GrowthRow& row) {
  sum.old_objects += row.old_objects;
  sum.new_objects += row.new_objects;
  sum.old_size += row.old_size;
  sum.new_size += row.new_size;
}

/// `instances` is empty in a table without that column, and for sums, where it would mean nothing.
std::vector<std::string> cells(const GrowthRow& row,
                               const std::optional<std::string>& instances,
                               const TextStyle& style) {
  std::vector<std::string> texts = {signed_size_text(row.size_growth(), style.unit),
                                    growth_text(row.old_size, row.new_size),
                                    size_text(row.new_size, style.unit)};
  if (instances) {
    texts.push_back(*instances);
  }
  texts.push_back(signed_count_text(row.object_growth()));
  texts.push_back(printable(row.key));
  return texts;
}

void print_dump_line(std::ostream& out,
                     const char* name,
                     const std::string& path,
                     const dump::ProcessFacts& facts) {
  std::string text = printable(path);
  if (!facts.runtime.empty()) {
    text += printable(fmt::format(": {} {}", facts.runtime, facts.version));
  }
  if (facts.pid >= 0) {
    text += fmt::format(", process {}", facts.pid);
  }
  if (facts.taken_at >= 0) {
    text += ", " + time_text(facts.taken_at);
  }
  out << fmt::format("  {:<9}{}\n", name, text);
}

}  // namespace

ExitCode Comparison::done() const {
  const ExitCode code = done_with(old_heap);
  return code == ExitCode::kDone ? done_with(new_heap) : code;
}

Comparison compare_dumps(const std::string& old_path,
                         const std::string& new_path,
                         const Messages& messages) {
  dump::Heap old_heap = open_heap(old_path, messages);
  dump::Heap new_heap = open_heap(new_path, messages);
  messages.progress("comparing");
  analysis::Growth growth = analysis::compare(old_heap, new_heap);
  Comparison comparison{old_path,          new_path, std::move(old_heap), std::move(new_heap),
                        std::move(growth), {}};
  comparison.notes = notes_about(comparison);
  for (const std::string& note : comparison.notes) {
    messages.warn(note);
  }
  return comparison;
}

std::string size_change_text(std::uint64_t old_size, std::uint64_t new_size, SizeUnit unit) {
  return fmt::format("{} -> {}, {} ({})", size_text(old_size, unit), size_text(new_size, unit),
                     signed_size_text(static_cast<std::int64_t>(new_size - old_size), unit),
                     growth_text(old_size, new_size));
}

std::string count_change_text(std::uint64_t old_count,
                              std::uint64_t new_count,
                              const std::string& noun) {
  return fmt::format("{} -> {}, {} ({})", count_text(old_count), counted(new_count, noun),
                     signed_count_text(static_cast<std::int64_t>(new_count - old_count)),
                     growth_text(old_count, new_count));
}

void print_compared(std::ostream& out, const Comparison& comparison) {
  print_dump_line(out, "old", comparison.old_path, comparison.old_heap.facts());
  print_dump_line(out, "new", comparison.new_path, comparison.new_heap.facts());
  const dump::ProcessFacts& before = comparison.old_heap.facts();
  const dump::ProcessFacts& after = comparison.new_heap.facts();
  if (comparison.growth.same_process) {
    std::string text = "one process";
    if (before.taken_at >= 0 && after.taken_at >= before.taken_at) {
      const std::int64_t seconds = after.taken_at - before.taken_at;
      text += seconds == 0 ? std::string(", less than a second apart")
                           : ", " + duration_text(seconds * 1'000'000) + " apart";
    }
    out << "           " << text << '\n';
  }
}

GrowthRow total_of(const analysis::Growth& growth) {
  return {"total", growth.old_objects, growth.new_objects, growth.old_size, growth.new_size};
}

void print_growth_table(std::ostream& out,
                        const GrowthList& list,
                        const GrowthRow& total,
                        const TextStyle& style) {
  out << '\n' << style.paint.heading(list.title) << '\n';
  const std::vector<GrowthRow>& rows = list.rows;
  if (rows.empty()) {
    out << "  nothing changed\n";
    return;
  }
  std::vector<Table::Column> columns = {{"growth"}, {"percent"}, {"now"}};
  std::optional<std::string> no_instances;
  if (list.counts_instances) {
    columns.push_back({"instances"});
    no_instances = "";
  }
  columns.push_back({"objects"});
  columns.push_back({list.key, Table::Align::kLeft});
  Table table(columns);
  GrowthRow others;
  const std::size_t shown = style.shown(rows.size());
  std::size_t next = 0;
  for (const std::size_t at : most_changed(rows, shown)) {
    for (; next < at; ++next) {
      add_to(others, rows[next]);
    }
    table.add(
        cells(rows[at],
              list.counts_instances ? signed_count_text(rows[at].instance_growth()) : no_instances,
              style));
    next = at + 1;
  }
  for (; next < rows.size(); ++next) {
    add_to(others, rows[next]);
  }
  if (shown < rows.size()) {
    others.key = fmt::format("[{}]", counted(rows.size() - shown, "other"));
    table.add_summary(cells(others, no_instances, style));
  }
  table.add_summary(cells(total, no_instances, style));
  table.print(out, style.paint, style.width);
}

Json json_growth_row(const GrowthRow& row, const char* key) {
  return {{key, json_text(row.key)},
          {"old_objects", row.old_objects},
          {"new_objects", row.new_objects},
          {"object_growth", row.object_growth()},
          {"old_size", row.old_size},
          {"new_size", row.new_size},
          {"size_growth", row.size_growth()},
          {"old_instances", row.old_instances},
          {"new_instances", row.new_instances},
          {"instance_growth", row.instance_growth()}};
}

void add_comparison(Json& document, const Comparison& comparison) {
  const analysis::Growth& growth = comparison.growth;
  document["old"] = json_dump(comparison.old_heap, comparison.old_path);
  document["new"] = json_dump(comparison.new_heap, comparison.new_path);
  document["same_process"] = growth.same_process;
  document["notes"] = Json::array();
  for (const std::string& note : comparison.notes) {
    document["notes"].push_back(json_text(note));
  }
  document["total"] = json_growth_row(total_of(growth), "key");
  for (const char* const key : {"key", "old_instances", "new_instances", "instance_growth"}) {
    document["total"].erase(key);  // Those of different holders have no sum.
  }
}

}  // namespace heapscan::cli
