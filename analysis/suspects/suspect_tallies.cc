#include "analysis/suspects/suspect_tallies.h"

namespace heapscan::analysis {

SuspectTallies::SuspectTallies(const Heap& heap,
                               const DominatorTree& dominators,
                               const SuspectPlaces& places)
    : heap_(heap),
      places_(places),
      place_(heap.object_count(), kUnknownPlace),
      tallies_(places.places().size()) {
  for (std::uint32_t row = 0; row < places.big().rows().size(); ++row) {
    place_[places.big().rows()[row].id.value()] = place_at(places.place_of_big(row));
  }
  const auto types = heap.columns().type.span();
  for (const ObjectId id : heap.objects()) {
    const PlaceIndex place = dominators.reachable.contains(id) ? settle(id) : kNoPlace;
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

/// The place of the object: that of its owner, unless it has one of its own. Objects are asked for
/// in the order of their addresses, because neighbours mostly have one owner. The way up to an
/// object whose place is known is walked twice, and every object is on such a way once.
SuspectTallies::PlaceIndex SuspectTallies::settle(ObjectId id) {
  const OwnerTree& owners = places_.owners();
  ObjectId known = id;
  while (place_[known.value()] == kUnknownPlace) {
    if (owners.adopted(known) && only_named(known)) {
      place_[known.value()] = place_at(places_.place_of_small(known));
      break;
    }
    known = owners.owner(known);
  }
  const PlaceIndex place = place_[known.value()];
  for (; id != known; id = owners.owner(id)) {
    place_[id.value()] = place;
  }
  return place;
}

/// Whether no object keeps this one but the module or class that has a name for it.
bool SuspectTallies::only_named(ObjectId id) const {
  const ObjectId owner = places_.owners().owner(id);
  return !owner.has_value() || places_.owners().namespaces().contains(owner);
}

/// Whether the object is one of those that gather at the place, and not a part of one of them.
bool SuspectTallies::is_direct(ObjectId id, PlaceIndex place) const {
  if (places_.owners().adopted(id) && only_named(id)) {
    return places_.is_group(place);
  }
  const ObjectId owner = places_.owners().owner(id);
  const BigObjects& big = places_.big();
  return big.contains(owner) && place_[owner.value()] == place &&
         (!big.contains(id) || places_.places()[place].holder == owner);
}

std::map<std::string_view, Tally> SuspectTallies::by_name(std::uint32_t place) const {
  std::map<std::string_view, Tally> sums;
  for (std::uint32_t type = 0; type < tallies_[place].size(); ++type) {
    if (tallies_[place][type].objects > 0) {
      sums[heap_.type_name(dump::TypeId(type))] += tallies_[place][type];
    }
  }
  return sums;
}

}  // namespace heapscan::analysis
