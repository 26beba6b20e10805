#include "analysis/suspects/suspect_places.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "analysis/text/path_signatures.h"
#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

/// This many similar places are a sign that their number has grown.
constexpr std::size_t kSeveral = 4;

std::uint32_t depth_of(const PathSignatures& signatures, NodeId node) {
  return signatures.tree().node(node).depth;
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
      place_of_big_(big_.rows().size()) {
  find_chains_and_holders();
  merge_similar();
}

PlaceId SuspectPlaces::add(SuspectKind kind, ObjectId holder, std::uint64_t size) {
  SuspectPlace& place = places_.emplace_back();
  place.kind = kind;
  place.holder = holder;
  place.size = size;
  return PlaceId(static_cast<std::uint32_t>(places_.size() - 1));
}

void SuspectPlaces::find_chains_and_holders() {
  for (const Chain& chain : find_chains(heap_, big_, owners_.namespaces(), threshold_)) {
    const PlaceId place = add(SuspectKind::kChain, chain.holder, chain.size);
    at(place).type = chain.type;
    for (const BigId link : chain.links) {
      place_of_big_[link.value()] = place;
    }
  }
  for (const BigId big : big_.ids()) {
    const BigObjects::Row& object = big_[big];
    PlaceId& place = place_of_big_[big.value()];
    const bool named = owners_.namespaces().contains(object.id);
    if (place.has_value() || object.rest < threshold_ || named) {
      continue;
    }
    const bool itself = heap_.size(object.id) > object.rest / 2;
    place = add(itself ? SuspectKind::kObject : SuspectKind::kHolder, object.id, object.rest);
  }
}

/// Places with the same signature become one, at the object that has them as entries or parts.
void SuspectPlaces::merge_similar() {
  PathSignatures signatures(heap_, paths_);
  std::map<NodeId, std::vector<PlaceId>> places_of_node;
  for (const PlaceId place : ids()) {
    places_of_node[signatures.node(at(place).holder)].push_back(place);
  }
  for (const auto& [node, similar] : places_of_node) {
    if (similar.size() > 1) {
      merge(similar, node, signatures);
    }
  }
  join_nested();
  for (SuspectPlace& place : places_) {
    place.name = signatures.text(place.holder);
    place.retained += dominators_.retained[place.holder.value()];
  }
  add_groups(signatures);
}

/// In an uneven tree, several nodes may have been found to collect parts: the highest one
/// represents all of them.
void SuspectPlaces::join_nested() {
  for (const BigId big : big_.ids()) {
    const PlaceId place = place_of_big_[big.value()];
    const bool holder =
        place.has_value() && !at(place).merged_into.has_value() && at(place).holder == big_[big].id;
    if (holder && is_of_program(heap_, heap_.type_name(at(place).holder))) {
      join_upwards(place, big);
    }
  }
}

/// Moves the place up to the owners of its holder's type, as long as they collect parts.
void SuspectPlaces::join_upwards(PlaceId place, BigId big) {
  const dump::TypeId type = heap_.type(at(place).holder);
  const auto similar_owner = [&](BigId of) {
    const BigId owner = big_[of].owner;
    return owner.has_value() && heap_.type(big_[owner].id) == type ? owner : BigId::none();
  };
  for (BigId above = similar_owner(big); above.has_value(); above = similar_owner(above)) {
    const PlaceId known = final_place(place_of_big_[above.value()]);
    if (known.has_value() && known != place) {
      absorb(known, place);
      return;
    }
    if (!at(place).part.has_value()) {
      return;
    }
    if (!known.has_value()) {
      place_of_big_[above.value()] = place;
      at(place).size += big_[above].rest;
      at(place).holder = big_[above].id;
    }
  }
}

void SuspectPlaces::merge(const std::vector<PlaceId>& similar,
                          NodeId node,
                          PathSignatures& signatures) {
  const PlaceId largest =
      *std::max_element(similar.begin(), similar.end(),
                        [&](PlaceId a, PlaceId b) { return at(a).size < at(b).size; });
  const BigId top = common_owner(similar);
  if (top.has_value() && collects(top, similar, node, signatures)) {
    collect(top, similar, largest);
    return;
  }
  for (const PlaceId place : similar) {
    if (place != largest) {
      ++at(largest).holders;
      at(largest).retained += dominators_.retained[at(place).holder.value()];
      absorb(largest, place);
    }
  }
}

void SuspectPlaces::collect(BigId top, const std::vector<PlaceId>& similar, PlaceId largest) {
  PlaceId& place_of_top = place_of_big_[top.value()];
  if (!place_of_top.has_value()) {
    place_of_top = add(SuspectKind::kHolder, big_[top].id, big_[top].rest);
  }
  const PlaceId into = final_place(place_of_top);
  at(into).kind = SuspectKind::kHolder;
  if (at(largest).size > at(into).largest_part) {
    at(into).largest_part = at(largest).size;
    at(into).part = at(largest).holder;
  }
  for (const PlaceId place : similar) {
    absorb_between(into, top, place);
    absorb(into, place);
  }
}

/// Objects between the top and the place that are not suspects themselves are merged too.
void SuspectPlaces::absorb_between(PlaceId into, BigId top, PlaceId place) {
  for (BigId big = big_[big_.find(at(place).holder)].owner; big.has_value() && big > top;
       big = big_[big].owner) {
    if (!place_of_big_[big.value()].has_value() && !owners_.namespaces().contains(big_[big].id)) {
      place_of_big_[big.value()] = into;
      at(into).size += big_[big].rest;
    }
  }
}

void SuspectPlaces::absorb(PlaceId into, PlaceId place) {
  if (into != place && !at(place).merged_into.has_value()) {
    at(into).size += at(place).size;
    at(place).merged_into = into;
  }
}

/// The nearest object that keeps the holders of all these places, or none.
BigId SuspectPlaces::common_owner(const std::vector<PlaceId>& similar) const {
  std::vector<BigId> above;
  above.reserve(similar.size());
  for (const PlaceId place : similar) {
    above.push_back(big_.find((*this)[place].holder));
  }
  // An owner has a smaller row than what it keeps: the largest row is not above any other.
  while (true) {
    const auto lowest = std::max_element(above.begin(), above.end());
    if (std::all_of(above.begin(), above.end(), [&](BigId big) { return big == *lowest; })) {
      return *lowest;
    }
    *lowest = big_[*lowest].owner;
    if (!lowest->has_value()) {
      return BigId::none();
    }
  }
}

/// Whether the object collects the places: there are several below it, they are its entries, or
/// they are parts of a structure whose paths fold because the parts are built like the whole.
bool SuspectPlaces::collects(BigId top,
                             const std::vector<PlaceId>& similar,
                             NodeId node,
                             PathSignatures& signatures) const {
  const ObjectId id = big_[top].id;
  if (owners_.namespaces().contains(id)) {
    return false;
  }
  if (similar.size() >= kSeveral) {
    return true;
  }
  const std::uint32_t depth = depth_of(signatures, node);
  const std::uint32_t steps = depth - std::min(depth, depth_of(signatures, signatures.node(id)));
  return std::all_of(similar.begin(), similar.end(), [&](PlaceId place) {
    const ObjectId holder = (*this)[place].holder;
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

PlaceId SuspectPlaces::final_place(PlaceId place) const {
  while (place.has_value() && (*this)[place].merged_into.has_value()) {
    place = (*this)[place].merged_into;
  }
  return place;
}

}  // namespace heapscan::analysis
