#include "analysis/suspects/suspect_places.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "analysis/text/path_signatures.h"
#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

/// So many places that are built alike are a sign that their number is what grew.
constexpr std::size_t kSeveral = 4;

std::uint32_t depth_of(const PathSignatures& signatures, std::uint32_t node) {
  return signatures.tree().nodes()[node].depth;
}

}  // namespace

SuspectPlaces::SuspectPlaces(const Heap& heap,
                             const DominatorTree& dominators,
                             const PathForest& paths)
    : heap_(heap),
      dominators_(dominators),
      paths_(paths),
      threshold_(std::max<std::uint64_t>(
          (dominators.reachable_size + kSmallestShare - 1) / kSmallestShare, 1)),
      owners_(heap, dominators, paths),
      big_(heap, paths, owners_, threshold_),
      groups_(heap, dominators, paths, owners_, big_),
      place_of_row_(big_.rows().size(), kNone) {
  find_chains_and_holders();
  merge_those_built_alike();
}

std::uint32_t SuspectPlaces::add(SuspectKind kind, ObjectId holder, std::uint64_t size) {
  SuspectPlace& place = places_.emplace_back();
  place.kind = kind;
  place.holder = holder;
  place.size = size;
  return static_cast<std::uint32_t>(places_.size() - 1);
}

void SuspectPlaces::find_chains_and_holders() {
  for (const Chain& chain : find_chains(heap_, big_, owners_.namespaces(), threshold_)) {
    const std::uint32_t place = add(SuspectKind::kChain, chain.holder, chain.size);
    places_[place].type = chain.type;
    for (const std::uint32_t link : chain.links) {
      place_of_row_[link] = place;
    }
  }
  for (std::uint32_t row = 0; row < place_of_row_.size(); ++row) {
    const BigObjects::Row& object = big_.rows()[row];
    const bool named = owners_.namespaces().contains(object.id);
    if (place_of_row_[row] != kNone || object.rest < threshold_ || named) {
      continue;
    }
    const bool itself = heap_.size(object.id) > object.rest / 2;
    place_of_row_[row] =
        add(itself ? SuspectKind::kObject : SuspectKind::kHolder, object.id, object.rest);
  }
}

/// Suspects with one signature become one, at what they are entries or parts of.
void SuspectPlaces::merge_those_built_alike() {
  PathSignatures signatures(heap_, paths_);
  std::map<std::uint32_t, std::vector<std::uint32_t>> places_of_node;
  for (std::uint32_t place = 0; place < places_.size(); ++place) {
    places_of_node[signatures.node(places_[place].holder)].push_back(place);
  }
  for (const auto& [node, alike] : places_of_node) {
    if (alike.size() > 1) {
      merge(alike, node, signatures);
    }
  }
  join_nested();
  for (SuspectPlace& place : places_) {
    place.name = signatures.text(place.holder);
    place.retained += dominators_.retained[place.holder.value()];
  }
  add_groups(signatures);
}

/// Of a tree that is not even, several nodes may have been found to gather parts: the highest
/// node stands for all of them.
void SuspectPlaces::join_nested() {
  for (std::uint32_t row = 0; row < place_of_row_.size(); ++row) {
    const std::uint32_t place = place_of_row_[row];
    const bool holder = place != kNone && places_[place].merged_into == kNone &&
                        places_[place].holder == big_.rows()[row].id;
    if (holder && is_of_program(heap_.type_name(places_[place].holder))) {
      join_upwards(place, row);
    }
  }
}

/// Moves the place to the owners that are of its holder's type, as far as they gather parts.
void SuspectPlaces::join_upwards(std::uint32_t place, std::uint32_t row) {
  const dump::TypeId type = heap_.type(places_[place].holder);
  const auto owner_alike = [&](std::uint32_t of) {
    const std::uint32_t owner = big_.rows()[of].owner;
    return owner != kNone && heap_.type(big_.rows()[owner].id) == type ? owner : kNone;
  };
  for (std::uint32_t above = owner_alike(row); above != kNone; above = owner_alike(above)) {
    const std::uint32_t known = final_place(place_of_row_[above]);
    if (known != kNone && known != place) {
      absorb(known, place);
      return;
    }
    if (!places_[place].part.has_value()) {
      return;
    }
    if (known == kNone) {
      place_of_row_[above] = place;
      places_[place].size += big_.rows()[above].rest;
      places_[place].holder = big_.rows()[above].id;
    }
  }
}

void SuspectPlaces::merge(const std::vector<std::uint32_t>& alike,
                          std::uint32_t node,
                          PathSignatures& signatures) {
  const std::uint32_t largest = *std::max_element(
      alike.begin(), alike.end(),
      [&](std::uint32_t a, std::uint32_t b) { return places_[a].size < places_[b].size; });
  const std::uint32_t top = common_owner(alike);
  if (top != kNone && gathers(top, alike, node, signatures)) {
    gather(top, alike, largest);
    return;
  }
  for (const std::uint32_t place : alike) {
    if (place != largest) {
      ++places_[largest].holders;
      places_[largest].retained += dominators_.retained[places_[place].holder.value()];
      absorb(largest, place);
    }
  }
}

void SuspectPlaces::gather(std::uint32_t top,
                           const std::vector<std::uint32_t>& alike,
                           std::uint32_t largest) {
  if (place_of_row_[top] == kNone) {
    place_of_row_[top] = add(SuspectKind::kHolder, big_.rows()[top].id, big_.rows()[top].rest);
  }
  const std::uint32_t into = final_place(place_of_row_[top]);
  places_[into].kind = SuspectKind::kHolder;
  if (places_[largest].size > places_[into].largest_part) {
    places_[into].largest_part = places_[largest].size;
    places_[into].part = places_[largest].holder;
  }
  for (const std::uint32_t place : alike) {
    absorb_way(into, top, place);
    absorb(into, place);
  }
}

/// What lies between the top and the place, and is no suspect itself, goes with it.
void SuspectPlaces::absorb_way(std::uint32_t into, std::uint32_t top, std::uint32_t place) {
  for (std::uint32_t row = big_.rows()[big_.row(places_[place].holder)].owner;
       row != kNone && row > top; row = big_.rows()[row].owner) {
    const BigObjects::Row& object = big_.rows()[row];
    if (place_of_row_[row] == kNone && !owners_.namespaces().contains(object.id)) {
      place_of_row_[row] = into;
      places_[into].size += object.rest;
    }
  }
}

void SuspectPlaces::absorb(std::uint32_t into, std::uint32_t place) {
  if (into != place && places_[place].merged_into == kNone) {
    places_[into].size += places_[place].size;
    places_[place].merged_into = into;
  }
}

/// The row of the nearest object that keeps the holders of all these places, or kNone.
std::uint32_t SuspectPlaces::common_owner(const std::vector<std::uint32_t>& alike) const {
  std::vector<std::uint32_t> rows;
  rows.reserve(alike.size());
  for (const std::uint32_t place : alike) {
    rows.push_back(big_.row(places_[place].holder));
  }
  // A owner has a smaller row than what it keeps: the largest row is not above any other.
  while (true) {
    const auto lowest = std::max_element(rows.begin(), rows.end());
    if (std::all_of(rows.begin(), rows.end(), [&](std::uint32_t row) { return row == *lowest; })) {
      return *lowest;
    }
    *lowest = big_.rows()[*lowest].owner;
    if (*lowest == kNone) {
      return kNone;
    }
  }
}

/// Whether the object gathers the places: several hang below it, they are its entries, or parts
/// of a structure whose paths fold, because its parts are built like the whole.
bool SuspectPlaces::gathers(std::uint32_t top,
                            const std::vector<std::uint32_t>& alike,
                            std::uint32_t node,
                            PathSignatures& signatures) const {
  const ObjectId id = big_.rows()[top].id;
  if (owners_.namespaces().contains(id)) {
    return false;
  }
  if (alike.size() >= kSeveral) {
    return true;
  }
  const std::uint32_t steps =
      depth_of(signatures, node) -
      std::min(depth_of(signatures, node), depth_of(signatures, signatures.node(id)));
  return std::all_of(alike.begin(), alike.end(), [&](std::uint32_t place) {
    const ObjectId holder = places_[place].holder;
    const bool entry = owners_.owner(holder) == id;
    // An attribute is one step of the signature, and may be two of the path.
    return entry || paths_.distance(holder) - paths_.distance(id) > 2 * steps + 1;
  });
}

void SuspectPlaces::add_groups(PathSignatures& signatures) {
  first_group_ = static_cast<std::uint32_t>(places_.size());
  for (const HeldGroups::Group& group : groups_.groups()) {
    SuspectPlace place;
    place.size = group.size;
    place.retained = group.retained;
    place.type = group.type;
    switch (group.kind) {
      case HeldGroups::Kind::kNative:
        place.kind = SuspectKind::kNative;
        place.name = to_string(dump::RootKind::kNative);
        break;
      case HeldGroups::Kind::kFrame:
        place.kind = SuspectKind::kFrame;
        place.name = "frame " + group.call;
        break;
      case HeldGroups::Kind::kThread:
        place.kind = SuspectKind::kThread;
        place.name = "thread " + group.thread;
        break;
      case HeldGroups::Kind::kNamespace:
        place.kind = SuspectKind::kGroup;
        place.holder = group.holder;
        place.name = signatures.text(group.holder);
        break;
    }
    places_.push_back(std::move(place));
  }
}

std::uint32_t SuspectPlaces::final_place(std::uint32_t place) const {
  while (place != kNone && places_[place].merged_into != kNone) {
    place = places_[place].merged_into;
  }
  return place;
}

}  // namespace heapscan::analysis
