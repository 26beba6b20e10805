#include "cli/inspect/suspects_view.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/render/table.h"

namespace heapscan::cli {
namespace {

using analysis::Suspect;
using analysis::SuspectKind;
using analysis::Suspects;

/// In the overview, a suspect beyond these is not what one looks for first.
constexpr std::size_t kMainSuspects = 3;

/// Columns for the types that gather, beside figures and a table's other columns: 80 in all.
constexpr std::size_t kTypesWidth = 60;

std::string instances_text(const Suspect& suspect) {
  return count_text(suspect.instances) + " " + printable(suspect.type);
}

std::string holder_text(const dump::Heap& heap, const Suspect& suspect) {
  const std::string object =
      printable(heap.type_name(suspect.holder)) + " " + address_text(heap.address(suspect.holder));
  return suspect.holders == 1
             ? object
             : fmt::format("{} and {}", object, counted(suspect.holders - 1, "other")) + " like it";
}

/// What gathers, and in what: "6,000 shop.Session in dict 0x7fab6c5c53c0".
std::string suspect_text(const dump::Heap& heap, const Suspect& suspect) {
  switch (suspect.kind) {
    case SuspectKind::kObject:
      return holder_text(heap, suspect);
    case SuspectKind::kHolder:
    case SuspectKind::kGroup:
      return instances_text(suspect) + " in " + holder_text(heap, suspect);
    case SuspectKind::kChain:
      return instances_text(suspect) + " in a chain from " + holder_text(heap, suspect);
    case SuspectKind::kFrame:
    case SuspectKind::kThread:
      return instances_text(suspect) + " and more in locals of functions that run";
    case SuspectKind::kNative:
      break;
  }
  return instances_text(suspect) + " that C code holds, and no object";
}

/// "72,000 str 3.9 MiB, 6,001 dict 1.3 MiB, 3 more types 2.1 KiB": as many as a line has room for.
std::string types_text(const Suspect& suspect, SizeUnit unit) {
  std::string text;
  std::uint64_t others = suspect.size;
  std::size_t left = suspect.types.size();
  for (const analysis::SuspectType& type : suspect.types) {
    const std::string added =
        fmt::format("{}{} {} {}", text.empty() ? "" : ", ", count_text(type.objects),
                    printable(type.name), size_text(type.size, unit));
    const std::size_t end = left == 1 ? 0 : std::string_view(", 99 more types 99.9 MiB").size();
    if (!text.empty() && display_width(text) + display_width(added) + end > kTypesWidth) {
      break;
    }
    text += added;
    others -= type.size;
    --left;
  }
  if (left > 0) {
    text += fmt::format(", {} {}", counted(left, "more type"), size_text(others, unit));
  }
  return text;
}

/// Where the holder is found. One path stands for all holders that are alike.
std::string place_text(const AnalyzedHeap& view, const Suspect& suspect) {
  return suspect.holder.has_value() ? shown_path_to(view, suspect.holder)
                                    : printable(suspect.place);
}

Table suspects_table() {
  return Table({{"size"}, {"share"}, {"what gathers, and where", Table::Align::kLeft}});
}

void add_suspect(Table& table,
                 const AnalyzedHeap& view,
                 const Suspect& suspect,
                 const TextStyle& style) {
  table.add({size_text(suspect.size, style.unit),
             share_text(suspect.size, view.dominators.reachable_size),
             suspect_text(view.heap, suspect)});
  table.add_detail(place_text(view, suspect));
  if (suspect.part.has_value()) {
    table.add_detail("most of it as in " + shown_path_to(view, suspect.part));
  }
  if (suspect.types.size() > 1) {
    table.add_detail(types_text(suspect, style.unit));
  }
}

void add_identity(Table& table, const Suspect& suspect, const TextStyle& style) {
  std::string text = "fingerprint " + suspect.fingerprint;
  if (suspect.retained < suspect.size / 10 * 9) {
    text += fmt::format("; held by others too, {} freed with it",
                        size_text(suspect.retained, style.unit));
  }
  table.add_detail(std::move(text));
}

}  // namespace

void print_main_suspects(std::ostream& out,
                         const AnalyzedHeap& view,
                         const Suspects& suspects,
                         const TextStyle& style) {
  if (suspects.rows.empty()) {
    return;
  }
  out << '\n'
      << style.paint.heading("Suspects")
      << style.paint.quiet(": where memory gathers; all of them with --suspects") << '\n';
  Table table = suspects_table();
  for (std::size_t row = 0; row < std::min(style.shown(suspects.rows.size()), kMainSuspects);
       ++row) {
    add_suspect(table, view, suspects.rows[row], style);
  }
  table.print(out, style.paint, style.width);
}

void print_suspects(std::ostream& out,
                    const AnalyzedHeap& view,
                    const Suspects& suspects,
                    const TextStyle& style) {
  const std::uint64_t whole = view.dominators.reachable_size;
  out << style.paint.heading("Suspects") << style.paint.quiet(": where memory gathers") << '\n';
  Table table = suspects_table();
  const std::size_t shown = style.shown(suspects.rows.size());
  std::uint64_t others = suspects.size;
  for (std::size_t row = 0; row < shown; ++row) {
    others -= suspects.rows[row].size;
    add_suspect(table, view, suspects.rows[row], style);
    add_identity(table, suspects.rows[row], style);
  }
  if (shown < suspects.rows.size()) {
    table.add_summary({size_text(others, style.unit), share_text(others, whole),
                       fmt::format("[{}]", counted(suspects.rows.size() - shown, "other"))});
  }
  table.add_summary({size_text(whole - suspects.size, style.unit),
                     share_text(whole - suspects.size, whole), "[gathers nowhere]"});
  table.add_summary({size_text(whole, style.unit), "", "total reachable"});
  table.print(out, style.paint, style.width);
}

Json json_suspects(const AnalyzedHeap& view, const Suspects& suspects, std::size_t limit) {
  const std::size_t shown =
      limit == 0 ? suspects.rows.size() : std::min(limit, suspects.rows.size());
  Json rows = Json::array();
  for (std::size_t row = 0; row < shown; ++row) {
    const Suspect& suspect = suspects.rows[row];
    const bool held = suspect.holder.has_value();
    Json types = Json::array();
    for (const analysis::SuspectType& type : suspect.types) {
      types.push_back(
          {{"type", json_text(type.name)}, {"objects", type.objects}, {"size", type.size}});
    }
    rows.push_back(
        {{"rank", row + 1},
         {"kind", analysis::to_string(suspect.kind)},
         {"place", json_text(suspect.place)},
         {"type", json_text(suspect.type)},
         {"instances", suspect.instances},
         {"size", suspect.size},
         {"retained", suspect.retained},
         {"holder", held ? json_object(view, suspect.holder) : Json(nullptr)},
         {"holders", suspect.holders},
         {"path", held ? json_path(view, suspect.holder) : Json(nullptr)},
         {"part", suspect.part.has_value() ? json_object(view, suspect.part) : Json(nullptr)},
         {"path_text", json_text(place_text(view, suspect))},
         {"types", types},
         {"fingerprint", suspect.fingerprint}});
  }
  return rows;
}

}  // namespace heapscan::cli
