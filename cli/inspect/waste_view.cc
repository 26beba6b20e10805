#include "cli/inspect/waste_view.h"

#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

#include "analysis/text/describe.h"
#include "cli/console/size_text.h"

namespace heapscan::cli {
namespace {

using analysis::Waste;
using analysis::WasteKind;
using analysis::WasteRow;
using Kind = Listing::Kind;

constexpr std::array<const char*, analysis::kWasteKinds> kAdvice = {
    "share one object per value: sys.intern()",
    "share one tuple per value",
    "give their classes __slots__",
    "store the numbers in array.array",
    "rebuild them after deletions: dict(d)",
    "copy them once filled: l[:]",
    "create them with their first item"};

std::uint64_t heap_size(const dump::Heap& heap) {
  const auto sizes = heap.columns().size.span();
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

bool is_checked(const Waste& waste, WasteKind kind) {
  switch (kind) {
    case WasteKind::kDuplicateText:
      return waste.has_hashes;
    case WasteKind::kDuplicateTuple:
    case WasteKind::kEmptyContainer:
      return true;
    default:
      return waste.knows_sizes;
  }
}

Listing kinds_listing(const Waste& waste, std::uint64_t whole, std::uint64_t objects) {
  Listing listing;
  listing.title = "Avoidable memory";
  listing.aside = {Bytes{waste.total.saved}, " of ", Bytes{whole},
                   " in " + counted(objects, "object")};
  listing.columns = {{Kind::kSize, "saved"},
                     {Kind::kShare, "share"},
                     {Kind::kCount, "objects"},
                     {Kind::kText, "waste", "", true},
                     {Kind::kText, "what to do", "", true}};
  for (std::size_t kind = 0; kind < waste.by_kind.size(); ++kind) {
    const Waste::Total& total = waste.by_kind[kind];
    if (total.objects > 0) {
      listing.add({total.saved, Listing::Share{total.saved, whole}, total.objects,
                   std::string(to_string(static_cast<WasteKind>(kind))), kAdvice.at(kind)});
    }
  }
  listing.add_summary({waste.total.saved, Listing::Share{waste.total.saved, whole},
                       waste.total.objects, "total", std::monostate()});
  return listing;
}

Lines unchecked_kinds(const Waste& waste) {
  Lines lines;
  const auto add = [&lines](const char* text) { lines.lines.push_back({{text}, 0, false}); };
  if (!waste.has_hashes) {
    add("not checked: duplicate strings, because the dump has no content hashes");
  }
  if (!waste.knows_sizes) {
    add("not checked: instance dicts, lists of numbers, sparse dicts and spare room,");
    add("because the layout of this runtime's objects is not known");
  }
  return lines;
}

Listing places_listing(const dump::Heap& heap, const Waste& waste, std::size_t limit) {
  Listing listing;
  listing.title = "Where it is held";
  listing.key = "waste.rows";
  listing.for_people = !waste.rows.empty();
  listing.is_main = true;
  listing.columns = {{Kind::kSize, "saved", "saved"},
                     {Kind::kCount, "objects", "objects"},
                     {Kind::kText, "waste", "kind", true},
                     {Kind::kText, "", "type"},
                     {Kind::kText, "path from a root, and an example", "signature", true},
                     {Kind::kText, "", "example"},
                     {Kind::kText, "", "example_value"}};
  const std::size_t shown = within(limit, waste.rows.size());
  Waste::Total others = waste.total;
  for (std::size_t at = 0; at < shown; ++at) {
    const WasteRow& row = waste.rows[at];
    others.objects -= row.objects;
    others.saved -= row.saved;
    const auto value = heap.value(row.example);
    listing.add({row.saved, row.objects, std::string(to_string(row.kind)), row.type, row.place,
                 analysis::address_text(heap.address(row.example)),
                 value ? Listing::Cell(std::string(*value)) : Listing::Cell()},
                {{analysis::object_text(heap, row.example)}});
  }
  const auto sum = [&listing](const Waste::Total& total, const std::string& text) {
    listing.add_summary({total.saved, total.objects, "", "", text, "", ""});
  };
  if (shown < waste.rows.size()) {
    sum(others, others_text(waste.rows.size() - shown));
  }
  sum(waste.total, "total");
  return listing;
}

void add_fields(Page& page, const Waste& waste) {
  page.fields.push_back({"waste.row_count", std::uint64_t{waste.rows.size()}});
  page.fields.push_back({"waste.objects", waste.total.objects});
  page.fields.push_back({"waste.saved", waste.total.saved});
  for (std::size_t kind = 0; kind < waste.by_kind.size(); ++kind) {
    const auto word = static_cast<WasteKind>(kind);
    const std::string key = "waste.kinds." + std::string(to_string(word));
    if (is_checked(waste, word)) {
      page.fields.push_back({key + ".objects", waste.by_kind[kind].objects});
      page.fields.push_back({key + ".saved", waste.by_kind[kind].saved});
    } else {
      page.fields.push_back({key, std::monostate()});
    }
  }
}

}  // namespace

Page waste_page(const dump::Heap& heap, const Waste& waste, const PageOptions& options) {
  Page page;
  page.blocks.emplace_back(kinds_listing(waste, heap_size(heap), heap.object_count()));
  Lines notes = unchecked_kinds(waste);
  if (!notes.lines.empty()) {
    page.blocks.emplace_back(std::move(notes));
  }
  page.blocks.emplace_back(places_listing(heap, waste, options.limit));
  add_fields(page, waste);
  return page;
}

}  // namespace heapscan::cli
