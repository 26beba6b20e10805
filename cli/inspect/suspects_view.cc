#include "cli/inspect/suspects_view.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "analysis/text/describe.h"
#include "cli/console/printable.h"
#include "cli/console/size_text.h"
#include "cli/inspect/object_columns.h"

namespace heapscan::cli {
namespace {

using analysis::Suspect;
using analysis::SuspectKind;
using analysis::Suspects;
using Kind = Listing::Kind;

/// The suspects that the overview shows: the first few matter most.
constexpr std::size_t kMainSuspects = 3;

std::string instances_text(const Suspect& suspect) {
  return count_text(suspect.instances) + " " + suspect.type;
}

std::string holder_text(const dump::Heap& heap, const Suspect& suspect) {
  const std::string object = fmt::format("{} {}", heap.type_name(suspect.holder),
                                         analysis::address_text(heap.address(suspect.holder)));
  return suspect.holders == 1
             ? object
             : fmt::format("{} and {} like it", object, counted(suspect.holders - 1, "other"));
}

/// What accumulates, and in what: "6,000 shop.Session in dict 0x7fab6c5c53c0".
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
      return instances_text(suspect) + " and more in locals of running functions";
    case SuspectKind::kNative:
      break;
  }
  return instances_text(suspect) + " held only by native code";
}

/// Where the holder is found. One path stands for all holders that are alike.
std::string place_text(const AnalyzedHeap& view, const Suspect& suspect) {
  return suspect.holder.has_value() ? shown_path_to(view, suspect.holder)
                                    : printable(suspect.place);
}

Breakdown types_of(const Suspect& suspect) {
  Breakdown types;
  types.size = suspect.size;
  types.noun = "more type";
  for (const analysis::SuspectType& type : suspect.types) {
    types.parts.push_back({count_text(type.objects) + " " + type.name, type.size});
  }
  return types;
}

std::vector<Phrase> details_of(const AnalyzedHeap& view, const Suspect& suspect) {
  std::vector<Phrase> details = {{place_text(view, suspect)}};
  if (suspect.part.has_value()) {
    details.push_back({"largest part: " + shown_path_to(view, suspect.part)});
  }
  if (suspect.types.size() > 1) {
    details.push_back({types_of(suspect)});
  }
  return details;
}

/// What identifies a suspect in another dump.
Phrase identity_of(const Suspect& suspect) {
  Phrase identity = {"fingerprint " + suspect.fingerprint};
  if (suspect.retained < suspect.size / 10 * 9) {
    identity.emplace_back("; also held elsewhere: retains only ");
    identity.emplace_back(Bytes{suspect.retained});
  }
  return identity;
}

Listing listing_for_people(std::string aside) {
  Listing listing;
  listing.title = "Leak suspects";
  listing.aside = {std::move(aside)};
  listing.columns = {{Kind::kSize, "size"},
                     {Kind::kShare, "share"},
                     {Kind::kText, "what accumulates, and where", "", true}};
  return listing;
}

Listing::Cells cells_for_people(const AnalyzedHeap& view, const Suspect& suspect) {
  return {suspect.size, Listing::Share{suspect.size, view.dominators.reachable_size},
          suspect_text(view.heap, suspect)};
}

Listing::Cell nested_types(const Suspect& suspect) {
  Listing types;
  types.columns = {
      {Kind::kText, "", "type"}, {Kind::kCount, "", "objects"}, {Kind::kSize, "", "size"}};
  for (const analysis::SuspectType& type : suspect.types) {
    types.add({type.name, type.objects, type.size});
  }
  return nested(std::move(types));
}

Listing::Cells cells_for_programs(const AnalyzedHeap& view, const Suspect& suspect) {
  Listing::Cells cells = {std::string(analysis::to_string(suspect.kind)),
                          suspect.place,
                          suspect.type,
                          suspect.instances,
                          suspect.size,
                          suspect.retained,
                          suspect.holders,
                          suspect.fingerprint,
                          place_text(view, suspect)};
  add_object_cells(cells, view, suspect.holder);
  add_path_cells(cells, view, suspect.holder);
  add_object_cells(cells, view, suspect.part);
  cells.push_back(nested_types(suspect));
  return cells;
}

Listing listing_for_programs(const AnalyzedHeap& view,
                             const Suspects& suspects,
                             std::size_t limit) {
  Listing listing;
  listing.key = "suspects";
  listing.for_people = false;
  listing.columns = {{Kind::kNumber, "", "rank"},      {Kind::kText, "", "kind"},
                     {Kind::kText, "", "place"},       {Kind::kText, "", "type"},
                     {Kind::kCount, "", "instances"},  {Kind::kSize, "", "size"},
                     {Kind::kSize, "", "retained"},    {Kind::kCount, "", "holders"},
                     {Kind::kText, "", "fingerprint"}, {Kind::kText, "", "path_text"}};
  add_object_columns(listing.columns, "holder.");
  add_path_columns(listing.columns, "path.");
  add_object_columns(listing.columns, "part.");
  listing.columns.push_back({Kind::kNested, "", "types"});
  for (std::size_t row = 0; row < within(limit, suspects.rows.size()); ++row) {
    Listing::Cells cells = cells_for_programs(view, suspects.rows[row]);
    cells.insert(cells.begin(), std::uint64_t{row + 1});
    listing.add(std::move(cells));
  }
  return listing;
}

void add_fields(Page& page, const Suspects& suspects) {
  page.fields.push_back({"suspect_count", std::uint64_t{suspects.rows.size()}});
  page.fields.push_back({"suspects_size", suspects.size});
}

}  // namespace

void add_main_suspects(Page& page,
                       const AnalyzedHeap& view,
                       const Suspects& suspects,
                       const PageOptions& options) {
  if (!suspects.rows.empty()) {
    Listing listing = listing_for_people("where memory accumulates; all of them with --suspects");
    const std::size_t shown = std::min(within(options.limit, suspects.rows.size()), kMainSuspects);
    for (std::size_t row = 0; row < shown; ++row) {
      const Suspect& suspect = suspects.rows[row];
      listing.add(cells_for_people(view, suspect), details_of(view, suspect));
    }
    page.blocks.emplace_back(std::move(listing));
  }
  if (options.for_programs) {
    page.blocks.emplace_back(listing_for_programs(view, suspects, options.limit));
    add_fields(page, suspects);
  }
}

Page suspects_page(const AnalyzedHeap& view, const Suspects& suspects, const PageOptions& options) {
  Page page;
  const std::uint64_t whole = view.dominators.reachable_size;
  Listing listing = listing_for_people("where memory accumulates");
  const std::size_t shown = within(options.limit, suspects.rows.size());
  std::uint64_t others = suspects.size;
  for (std::size_t row = 0; row < shown; ++row) {
    const Suspect& suspect = suspects.rows[row];
    others -= suspect.size;
    std::vector<Phrase> details = details_of(view, suspect);
    details.push_back(identity_of(suspect));
    listing.add(cells_for_people(view, suspect), std::move(details));
  }
  if (shown < suspects.rows.size()) {
    listing.add_summary(
        {others, Listing::Share{others, whole}, others_text(suspects.rows.size() - shown)});
  }
  const std::uint64_t elsewhere = whole - suspects.size;
  listing.add_summary({elsewhere, Listing::Share{elsewhere, whole}, "[outside all suspects]"});
  listing.add_summary({whole, std::monostate(), "total reachable"});
  page.blocks.emplace_back(std::move(listing));
  if (options.for_programs) {
    Listing fields = listing_for_programs(view, suspects, options.limit);
    fields.is_main = true;
    page.blocks.emplace_back(std::move(fields));
    add_fields(page, suspects);
    page.fields.push_back({"reachable.objects", std::uint64_t{view.dominators.reachable_count}});
    page.fields.push_back({"reachable.size", whole});
  }
  return page;
}

}  // namespace heapscan::cli
