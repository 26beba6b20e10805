#include "analysis/suspect_tallies.h"

namespace heapscan::analysis {

SuspectTallies::SuspectTallies(const Heap& heap,
                               const DominatorTree& dominators,
                               const SuspectPlaces& places)
    : heap_(heap),
      places_(places),
      owner_(heap.object_count(), kUnknownOwner),
      tallies_(places.places().size()) {
  for (std::uint32_t row = 0; row < places.big().rows().size(); ++row) {
    owner_[places.big().rows()[row].id.value()] = owner_at(places.place_of_big(row));
  }
  const auto types = heap.columns().type.span();
  for (const ObjectId id : heap.objects()) {
    const Owner owner = dominators.reachable.contains(id) ? settle(id) : kNoOwner;
    if (owner == kNoOwner) {
      continue;
    }
    if (tallies_[owner].empty()) {
      tallies_[owner].resize(heap.columns().types.size());
    }
    Tally& tally = tallies_[owner][types[id.value()].value()];
    ++tally.objects;
    tally.size += heap.size(id);
    if (is_direct(id, owner)) {
      ++tally.direct_objects;
      tally.direct_kept += places.keepers().kept(id);
    }
  }
}

/// The owner of the object: that of its keeper, unless it has one of its own. Objects are asked for
/// in the order of their addresses, because neighbours mostly have one keeper. The way up to an
/// object whose owner is known is walked twice, and every object is on such a way once.
SuspectTallies::Owner SuspectTallies::settle(ObjectId id) {
  const KeeperTree& keepers = places_.keepers();
  ObjectId known = id;
  while (owner_[known.value()] == kUnknownOwner) {
    if (keepers.adopted(known) && only_named(known)) {
      owner_[known.value()] = owner_at(places_.place_of_small(known));
      break;
    }
    known = keepers.keeper(known);
  }
  const Owner owner = owner_[known.value()];
  for (; id != known; id = keepers.keeper(id)) {
    owner_[id.value()] = owner;
  }
  return owner;
}

/// Whether no object keeps this one but the module or class that has a name for it.
bool SuspectTallies::only_named(ObjectId id) const {
  const ObjectId keeper = places_.keepers().keeper(id);
  return !keeper.has_value() || places_.keepers().namespaces().contains(keeper);
}

/// Whether the object is one of those that gather at the place, and not a part of one of them.
bool SuspectTallies::is_direct(ObjectId id, Owner owner) const {
  if (places_.keepers().adopted(id) && only_named(id)) {
    return places_.is_group(owner);
  }
  const ObjectId keeper = places_.keepers().keeper(id);
  const BigObjects& big = places_.big();
  return big.contains(keeper) && owner_[keeper.value()] == owner &&
         (!big.contains(id) || places_.places()[owner].holder == keeper);
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
