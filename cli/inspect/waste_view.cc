#include "cli/inspect/waste_view.h"

#include <array>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/table.h"

namespace heapscan::cli {
namespace {

using analysis::Waste;
using analysis::WasteKind;
using analysis::WasteRow;

constexpr std::array<const char*, analysis::kWasteKinds> kAdvice = {
    "share one object of each value: sys.intern()",
    "share one tuple of each value",
    "give their classes __slots__",
    "hold the numbers in array.array",
    "build them anew after deleting: dict(d)",
    "copy them once they are full: l[:]",
    "make them when there is an item for them"};

std::uint64_t heap_size(const dump::Heap& heap) {
  const auto sizes = heap.columns().size.span();
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

void print_kinds(std::ostream& out,
                 const Waste& waste,
                 std::uint64_t whole,
                 const TextStyle& style) {
  Table table({{"saved"},
               {"share"},
               {"objects"},
               {"waste", Table::Align::kLeft},
               {"what to do", Table::Align::kLeft}});
  for (std::size_t kind = 0; kind < waste.by_kind.size(); ++kind) {
    const Waste::Total& total = waste.by_kind[kind];
    if (total.objects > 0) {
      table.add({size_text(total.saved, style.unit), share_text(total.saved, whole),
                 count_text(total.objects), std::string(to_string(static_cast<WasteKind>(kind))),
                 kAdvice.at(kind)});
    }
  }
  table.add_summary({size_text(waste.total.saved, style.unit), share_text(waste.total.saved, whole),
                     count_text(waste.total.objects), "total", ""});
  table.print(out, style.paint, style.width);
}

void print_places(std::ostream& out,
                  const dump::Heap& heap,
                  const Waste& waste,
                  const TextStyle& style) {
  out << '\n' << style.paint.heading("Where it is held") << '\n';
  Table table({{"saved"},
               {"objects"},
               {"waste", Table::Align::kLeft},
               {"path from a root, and one of them", Table::Align::kLeft}});
  const std::size_t shown = style.shown(waste.rows.size());
  Waste::Total others = waste.total;
  for (std::size_t at = 0; at < shown; ++at) {
    const WasteRow& row = waste.rows[at];
    others.objects -= row.objects;
    others.saved -= row.saved;
    table.add({size_text(row.saved, style.unit), count_text(row.objects),
               std::string(to_string(row.kind)), printable(row.place)});
    table.add_detail(shown_object(heap, row.example));
  }
  if (shown < waste.rows.size()) {
    table.add_summary({size_text(others.saved, style.unit), count_text(others.objects), "",
                       fmt::format("[{}]", counted(waste.rows.size() - shown, "other"))});
  }
  table.add_summary(
      {size_text(waste.total.saved, style.unit), count_text(waste.total.objects), "", "total"});
  table.print(out, style.paint, style.width);
}

}  // namespace

void print_waste(std::ostream& out,
                 const dump::Heap& heap,
                 const Waste& waste,
                 const TextStyle& style) {
  const std::uint64_t whole = heap_size(heap);
  out << style.paint.heading("Waste")
      << style.paint.quiet(fmt::format(": what the same contents would take less, of {} in {}",
                                       size_text(whole, style.unit),
                                       counted(heap.object_count(), "object")))
      << '\n';
  print_kinds(out, waste, whole, style);
  if (!waste.has_hashes) {
    out << "  not looked for: duplicate texts, because the dump has no hashes of texts\n";
  }
  if (!waste.knows_sizes) {
    out << "  not looked for: instance dicts, lists of numbers, sparse dicts and spare room,\n"
           "  because the layout of this runtime's objects is not known\n";
  }
  if (!waste.rows.empty()) {
    print_places(out, heap, waste, style);
  }
}

Json json_waste(const dump::Heap& heap, const Waste& waste, std::size_t limit) {
  Json kinds = Json::object();
  for (std::size_t kind = 0; kind < waste.by_kind.size(); ++kind) {
    const auto word = static_cast<WasteKind>(kind);
    const bool looked_for =
        word == WasteKind::kDuplicateText ? waste.has_hashes
        : word == WasteKind::kDuplicateTuple || word == WasteKind::kEmptyContainer
            ? true
            : waste.knows_sizes;
    kinds[std::string(to_string(word))] =
        looked_for
            ? Json({{"objects", waste.by_kind[kind].objects}, {"saved", waste.by_kind[kind].saved}})
            : Json(nullptr);
  }
  Json rows = Json::array();
  for (const WasteRow& row : waste.rows) {
    if (limit != 0 && rows.size() == limit) {
      break;
    }
    const auto value = heap.value(row.example);
    rows.push_back({{"kind", to_string(row.kind)},
                    {"type", json_text(row.type)},
                    {"signature", json_text(row.place)},
                    {"objects", row.objects},
                    {"saved", row.saved},
                    {"example", json_address(heap.address(row.example))},
                    {"example_value", value ? json_text(*value) : Json(nullptr)}});
  }
  return {{"kinds", kinds},
          {"rows", rows},
          {"row_count", waste.rows.size()},
          {"objects", waste.total.objects},
          {"saved", waste.total.saved}};
}

}  // namespace heapscan::cli
