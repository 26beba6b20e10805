#include "analysis/suspects/suspect_tallies.h"

namespace heapscan::analysis {

SuspectTallies::SuspectTallies(const Heap& heap,
                               const DominatorTree& dominators,
                               const SuspectPlaces& places)
    : heap_(heap),
      places_(places),
      place_of_object_(heap.object_count(), kUnknownPlace),
      tallies_(places.places().size()) {
  for (const BigId big : places.big().ids()) {
    place_of_object_[places.big()[big].id.value()] = small(places.place_of_big(big));
  }
  const auto types = heap.columns().type.span();
  for (const ObjectId id : heap.objects()) {
    const SmallPlace place = dominators.reachable.contains(id) ? find_place(id) : kNoPlace;
    if (place == kNoPlace) {
      continue;
    }
    if (tallies_[place].empty()) {
      tallies_[place].resize(heap.columns().types.size());
    }
    Tally& tally = tallies_[place][types[id.value()].value()];
    ++tally.objects;
    tally.size += heap.size(id);
    if (is_direct(id, place)) {
      ++tally.direct_objects;
      tally.direct_kept += places.owners().kept(id);
    }
  }
}

/// The place of the object: that of its owner, unless it has one of its own. Objects are queried in
/// the order of their addresses, because neighbours mostly share an owner. The path up to an object
/// whose place is known is walked twice, and every object is on such a path once.
SuspectTallies::SmallPlace SuspectTallies::find_place(ObjectId id) {
  const OwnerTree& owners = places_.owners();
  ObjectId known = id;
  while (place_of_object_[known.value()] == kUnknownPlace) {
    if (owners.adopted(known) && is_only_named(known)) {
      place_of_object_[known.value()] = small(places_.place_of_small(known));
      break;
    }
    known = owners.owner(known);
  }
  const SmallPlace place = place_of_object_[known.value()];
  for (; id != known; id = owners.owner(id)) {
    place_of_object_[id.value()] = place;
  }
  return place;
}

/// Whether only the module or class that names this object keeps it.
bool SuspectTallies::is_only_named(ObjectId id) const {
  const ObjectId owner = places_.owners().owner(id);
  return !owner.has_value() || places_.owners().namespaces().contains(owner);
}

/// Whether the object is one of those that accumulate at the place, and not a part of one of them.
bool SuspectTallies::is_direct(ObjectId id, SmallPlace place) const {
  if (places_.owners().adopted(id) && is_only_named(id)) {
    return places_.is_group(PlaceId(place));
  }
  const ObjectId owner = places_.owners().owner(id);
  const BigObjects& big = places_.big();
  return big.contains(owner) && place_of_object_[owner.value()] == place &&
         (!big.contains(id) || places_[PlaceId(place)].holder == owner);
}

std::map<std::string_view, Tally> SuspectTallies::by_name(PlaceId place) const {
  std::map<std::string_view, Tally> sums;
  const std::vector<Tally>& tallies = tallies_[place.value()];
  for (std::uint32_t type = 0; type < tallies.size(); ++type) {
    if (tallies[type].objects > 0) {
      sums[heap_.type_name(dump::TypeId(type))] += tallies[type];
    }
  }
  return sums;
}

}  // namespace heapscan::analysis
