// Problem: say in a few lines where the memory of a program went, and name the places as their
// author would. The biggest objects of the dominator tree are no answer: they are modules, which
// hold all that a program is, and the chains of a few objects each that lead to where things
// gather.
//
// Idea: in the tree of keepers (keeper_tree.h) an object is big when it keeps a hundredth of
// everything. What a big object keeps and no big object below it does is its rest: many small
// things that gather there, or its own bytes. Every byte is in one rest. So
//  - a big object with a big rest is a suspect: a list of listeners, a cache, a buffer;
//  - big objects one below the other that each add little are the way to a suspect, and are left
//    out, unless what they add makes up a suspect of its own: then they are a chain, and its holder
//    is its first object of the type that it is made of;
//  - modules and classes gather what a program is made of, and are no suspects; what they have many
//    of is, when it is not code;
//  - small objects that only roots hold are taken together by frame, by thread, or, where C code
//    holds them, by type.
// Suspects that have one path signature (the baskets of forty sessions) are one. When they are the
// entries of one container, several of them hang below one, or they are the parts of one tree, then
// that container or the tree's top is it: it gathers them.
//
// The idea to look for big objects whose children are small is that of Eclipse Memory Analyzer,
// where it works on the dominator tree alone.
//
// Cost: two passes over all objects that touch few columns; everything else is in the order of the
// number of big objects.
#include "analysis/suspects.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "analysis/big_objects.h"
#include "analysis/held_groups.h"
#include "analysis/keeper_tree.h"
#include "analysis/signature_steps.h"
#include "analysis/signature_tree.h"

namespace heapscan::analysis {
namespace {

using dump::TypeId;

/// Suspects gather at least this part of everything reachable, so there are no more than that.
constexpr std::uint64_t kSmallestShare = 100;

/// The place that an object is counted at, in one byte for each.
using Owner = std::uint8_t;

constexpr Owner kNoOwner = 255;
constexpr Owner kUnknownOwner = 254;

// Merging adds at most one place for each two.
static_assert(kSmallestShare + kSmallestShare / 2 < kUnknownOwner);

constexpr std::uint32_t kNone = BigObjects::kNone;

/// So many places that are built alike are a sign that their number is what grew.
constexpr std::size_t kSeveral = 4;

/// FNV-1a (Fowler, Noll, Vo): a fingerprint needs no secrecy, only to be the same everywhere.
std::string fingerprint_of(std::string_view place, std::string_view type) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
  };
  add(place);
  add("\n");
  add(type);
  return fmt::format("{:016x}", hash);
}

/// Builtin types have bare names.
bool is_of_program(std::string_view type) {
  return type.find('.') != std::string_view::npos;
}

/// Path signatures of a few objects of one forest: what paths have in common is looked at once.
class Signatures {
 public:
  Signatures(const Heap& heap, const PathForest& paths) : paths_(paths), steps_(heap, tree_) {}

  std::uint32_t node(ObjectId id) {
    std::vector<ObjectId> below;
    while (!known_.contains(id) && paths_.parent(id).source.has_value()) {
      below.push_back(id);
      id = paths_.parent(id).source;
    }
    const auto [known, added] = known_.try_emplace(id, 0);
    if (added) {
      known->second = steps_.enter(paths_.root(id));
    }
    std::uint32_t node = known->second;
    for (auto next = below.rbegin(); next != below.rend(); ++next) {
      node = steps_.follow(node, paths_.parent(*next));
      known_.emplace(*next, node);
    }
    return node;
  }

  [[nodiscard]] std::string text(ObjectId id) { return tree_.text(node(id)); }

  [[nodiscard]] std::uint32_t depth(std::uint32_t node) const { return tree_.nodes()[node].depth; }

 private:
  const PathForest& paths_;
  SignatureTree tree_;
  SignatureSteps steps_;
  std::unordered_map<ObjectId, std::uint32_t> known_;
};

/// Objects of one type or name at a place.
struct Tally {
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  std::uint64_t direct_objects = 0;  // Of these, right below the holder,
  std::uint64_t direct_kept = 0;     // and what they answer for.

  Tally& operator+=(const Tally& other) {
    objects += other.objects;
    size += other.size;
    direct_objects += other.direct_objects;
    direct_kept += other.direct_kept;
    return *this;
  }
};

/// A suspect as it is found: where its objects are, but not yet what they are.
struct Place {
  SuspectKind kind = SuspectKind::kHolder;
  ObjectId holder;
  std::uint64_t holders = 1;
  TypeId type;  // Known from the start for chains and groups.
  std::string name;
  std::uint64_t size = 0;
  std::uint64_t retained = 0;
  ObjectId part;  // The holder of the largest place that was merged into this one, or none.
  std::uint64_t largest_part = 0;
  std::uint32_t merged_into = kNone;
};

class SuspectSearch {
 public:
  SuspectSearch(const Heap& heap, const DominatorTree& dominators, const PathForest& paths)
      : heap_(heap),
        dominators_(dominators),
        paths_(paths),
        threshold_(std::max<std::uint64_t>(
            (dominators.reachable_size + kSmallestShare - 1) / kSmallestShare, 1)),
        keepers_(heap, dominators, paths),
        big_(heap, paths, keepers_, threshold_),
        groups_(heap, dominators, paths, keepers_, big_, threshold_),
        signatures_(heap, paths),
        place_of_row_(big_.rows().size(), kNone) {}

  [[nodiscard]] Suspects find() && {
    find_chains_and_holders();
    merge_those_built_alike();
    add_groups();
    tally();
    return describe();
  }

 private:
  std::uint32_t add(SuspectKind kind, ObjectId holder, std::uint64_t size) {
    Place& place = places_.emplace_back();
    place.kind = kind;
    place.holder = holder;
    place.size = size;
    return static_cast<std::uint32_t>(places_.size() - 1);
  }

  void find_chains_and_holders() {
    for (const Chain& chain : find_chains(heap_, big_, keepers_.namespaces(), threshold_)) {
      const std::uint32_t place = add(SuspectKind::kChain, chain.holder, chain.size);
      places_[place].type = chain.type;
      for (const std::uint32_t link : chain.links) {
        place_of_row_[link] = place;
      }
    }
    for (std::uint32_t row = 0; row < place_of_row_.size(); ++row) {
      const BigObjects::Row& object = big_.rows()[row];
      const bool named = keepers_.namespaces().contains(object.id);
      if (place_of_row_[row] != kNone || object.rest < threshold_ || named) {
        continue;
      }
      const bool itself = heap_.size(object.id) > object.rest / 2;
      place_of_row_[row] =
          add(itself ? SuspectKind::kObject : SuspectKind::kHolder, object.id, object.rest);
    }
  }

  /// Suspects with one signature become one, at what they are entries or parts of.
  void merge_those_built_alike() {
    std::map<std::uint32_t, std::vector<std::uint32_t>> places_of_node;
    for (std::uint32_t place = 0; place < places_.size(); ++place) {
      places_of_node[signatures_.node(places_[place].holder)].push_back(place);
    }
    for (const auto& [node, alike] : places_of_node) {
      if (alike.size() > 1) {
        merge(alike, node);
      }
    }
    join_nested();
    for (Place& place : places_) {
      place.name = signatures_.text(place.holder);
      place.retained += dominators_.retained[place.holder.value()];
    }
  }

  /// Of a tree that is not even, several nodes may have been found to gather parts: the highest
  /// node stands for all of them.
  void join_nested() {
    for (std::uint32_t row = 0; row < place_of_row_.size(); ++row) {
      const std::uint32_t place = place_of_row_[row];
      const bool holder = place != kNone && places_[place].merged_into == kNone &&
                          places_[place].holder == big_.rows()[row].id;
      if (holder && is_of_program(heap_.type_name(places_[place].holder))) {
        join_upwards(place, row);
      }
    }
  }

  /// Moves the place to the keepers that are of its holder's type, as far as they gather parts.
  void join_upwards(std::uint32_t place, std::uint32_t row) {
    const TypeId type = heap_.type(places_[place].holder);
    const auto keeper_alike = [&](std::uint32_t of) {
      const std::uint32_t keeper = big_.rows()[of].keeper;
      return keeper != kNone && heap_.type(big_.rows()[keeper].id) == type ? keeper : kNone;
    };
    for (std::uint32_t above = keeper_alike(row); above != kNone; above = keeper_alike(above)) {
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

  void merge(const std::vector<std::uint32_t>& alike, std::uint32_t node) {
    const std::uint32_t largest = *std::max_element(
        alike.begin(), alike.end(),
        [&](std::uint32_t a, std::uint32_t b) { return places_[a].size < places_[b].size; });
    const std::uint32_t top = common_keeper(alike);
    if (top != kNone && gathers(top, alike, node)) {
      if (place_of_row_[top] == kNone) {
        place_of_row_[top] = add(SuspectKind::kHolder, big_.rows()[top].id, big_.rows()[top].rest);
      }
      std::uint32_t into = place_of_row_[top];
      while (places_[into].merged_into != kNone) {
        into = places_[into].merged_into;
      }
      places_[into].kind = SuspectKind::kHolder;
      if (places_[largest].size > places_[into].largest_part) {
        places_[into].largest_part = places_[largest].size;
        places_[into].part = places_[largest].holder;
      }
      for (const std::uint32_t place : alike) {
        absorb_way(into, top, place);
        absorb(into, place);
      }
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

  /// What lies between the top and the place, and is no suspect itself, goes with it.
  void absorb_way(std::uint32_t into, std::uint32_t top, std::uint32_t place) {
    for (std::uint32_t row = big_.rows()[big_.row(places_[place].holder)].keeper;
         row != kNone && row > top; row = big_.rows()[row].keeper) {
      const BigObjects::Row& object = big_.rows()[row];
      if (place_of_row_[row] == kNone && !keepers_.namespaces().contains(object.id)) {
        place_of_row_[row] = into;
        places_[into].size += object.rest;
      }
    }
  }

  void absorb(std::uint32_t into, std::uint32_t place) {
    if (into != place && places_[place].merged_into == kNone) {
      places_[into].size += places_[place].size;
      places_[place].merged_into = into;
    }
  }

  /// The row of the nearest object that keeps the holders of all these places, or kNone.
  [[nodiscard]] std::uint32_t common_keeper(const std::vector<std::uint32_t>& alike) const {
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t place : alike) {
      rows.push_back(big_.row(places_[place].holder));
    }
    // A keeper has a smaller row than what it keeps: the largest row is not above any other.
    while (true) {
      const auto lowest = std::max_element(rows.begin(), rows.end());
      if (std::all_of(rows.begin(), rows.end(),
                      [&](std::uint32_t row) { return row == *lowest; })) {
        return *lowest;
      }
      *lowest = big_.rows()[*lowest].keeper;
      if (*lowest == kNone) {
        return kNone;
      }
    }
  }

  /// Whether the object gathers the places: several hang below it, they are its entries, or parts
  /// of a structure whose paths fold, because its parts are built like the whole.
  [[nodiscard]] bool gathers(std::uint32_t top,
                             const std::vector<std::uint32_t>& alike,
                             std::uint32_t node) {
    const ObjectId id = big_.rows()[top].id;
    if (keepers_.namespaces().contains(id)) {
      return false;
    }
    if (alike.size() >= kSeveral) {
      return true;
    }
    const std::uint32_t steps =
        signatures_.depth(node) -
        std::min(signatures_.depth(node), signatures_.depth(signatures_.node(id)));
    return std::all_of(alike.begin(), alike.end(), [&](std::uint32_t place) {
      const ObjectId holder = places_[place].holder;
      const bool entry = keepers_.keeper(holder) == id;
      // An attribute is one step of the signature, and may be two of the path.
      return entry || paths_.distance(holder) - paths_.distance(id) > 2 * steps + 1;
    });
  }

  void add_groups() {
    first_group_ = static_cast<std::uint32_t>(places_.size());
    for (const HeldGroups::Group& group : groups_.groups()) {
      Place place;
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
          place.name = signatures_.text(group.holder);
          break;
      }
      places_.push_back(std::move(place));
    }
  }

  [[nodiscard]] std::uint32_t final_place(std::uint32_t place) const {
    while (place != kNone && places_[place].merged_into != kNone) {
      place = places_[place].merged_into;
    }
    return place;
  }

  /// What gathers at each place: everything below its objects, and the objects right below them.
  void tally() {
    find_owners();
    tallies_.resize(places_.size());
    const auto types = heap_.columns().type.span();
    for (const ObjectId id : heap_.objects()) {
      const Owner owner = owner_[id.value()];
      if (owner == kNoOwner) {
        continue;
      }
      if (tallies_[owner].empty()) {
        tallies_[owner].resize(heap_.columns().types.size());
      }
      Tally& tally = tallies_[owner][types[id.value()].value()];
      ++tally.objects;
      tally.size += heap_.size(id);
      if (right_below(id, owner)) {
        ++tally.direct_objects;
        tally.direct_kept += keepers_.kept(id);
      }
    }
  }

  /// Whether the object is one of those that gather at the place, and not a part of one of them.
  [[nodiscard]] bool right_below(ObjectId id, Owner owner) const {
    const ObjectId keeper = keepers_.keeper(id);
    if (!keeper.has_value() || keepers_.namespaces().contains(keeper)) {
      return owner >= first_group_;
    }
    const bool big = big_.contains(keeper) && owner_[keeper.value()] == owner;
    return big && (!big_.contains(id) || places_[owner].holder == keeper);
  }

  /// Gives an owner to what is big and to what has no keeper that is, then to all that they keep.
  /// Objects are looked at in the order of their addresses, because neighbours mostly have one
  /// keeper; the way up to one whose owner is known is walked twice, and every object is on it
  /// once.
  void find_owners() {
    owner_.assign(heap_.object_count(), kUnknownOwner);
    for (std::uint32_t row = 0; row < place_of_row_.size(); ++row) {
      owner_[big_.rows()[row].id.value()] = owner_at(final_place(place_of_row_[row]));
    }
    for (const ObjectId id : heap_.objects()) {
      if (!dominators_.reachable.contains(id)) {
        owner_[id.value()] = kNoOwner;
      } else if (keepers_.adopted(id) && !big_.contains(id)) {
        const ObjectId keeper = keepers_.keeper(id);
        if (!keeper.has_value() || keepers_.namespaces().contains(keeper)) {
          const std::uint32_t group = groups_.group_of(id);
          owner_[id.value()] = owner_at(group == HeldGroups::kNone ? kNone : first_group_ + group);
        }
      }
    }
    for (const ObjectId id : heap_.objects()) {
      ObjectId known = id;
      while (owner_[known.value()] == kUnknownOwner) {
        known = keepers_.keeper(known);
      }
      const Owner owner = owner_[known.value()];
      for (ObjectId below = id; below != known; below = keepers_.keeper(below)) {
        owner_[below.value()] = owner;
      }
    }
  }

  static Owner owner_at(std::uint32_t place) {
    return place == kNone ? kNoOwner : static_cast<Owner>(place);
  }

  [[nodiscard]] Suspects describe() const {
    Suspects suspects;
    for (std::uint32_t row = 0; row < places_.size(); ++row) {
      const Place& place = places_[row];
      if (place.merged_into != kNone) {
        continue;
      }
      Suspect suspect;
      suspect.kind = place.kind;
      suspect.holder = place.holder;
      suspect.holders = place.holders;
      suspect.place = place.name;
      suspect.part = place.part;
      suspect.size = place.size;
      suspect.retained = place.retained;
      const std::map<std::string_view, Tally> tallies = by_name(row);
      suspect.types = sorted(tallies);
      name_instances(place, tallies, suspect);
      suspect.fingerprint = fingerprint_of(suspect.place, suspect.type);
      suspects.size += suspect.size;
      suspects.rows.push_back(std::move(suspect));
    }
    std::sort(suspects.rows.begin(), suspects.rows.end(), [](const Suspect& a, const Suspect& b) {
      return std::tie(b.size, a.place, a.type, a.holder) <
             std::tie(a.size, b.place, b.type, b.holder);
    });
    return suspects;
  }

  /// Types that share a name are one.
  [[nodiscard]] std::map<std::string_view, Tally> by_name(std::uint32_t place) const {
    std::map<std::string_view, Tally> sums;
    for (std::uint32_t type = 0; type < tallies_[place].size(); ++type) {
      if (tallies_[place][type].objects > 0) {
        sums[heap_.type_name(TypeId(type))] += tallies_[place][type];
      }
    }
    return sums;
  }

  static std::vector<SuspectType> sorted(const std::map<std::string_view, Tally>& tallies) {
    std::vector<SuspectType> types;
    for (const auto& [name, tally] : tallies) {
      types.push_back({std::string(name), tally.objects, tally.size});
    }
    std::stable_sort(types.begin(), types.end(),
                     [](const SuspectType& a, const SuspectType& b) { return a.size > b.size; });
    return types;
  }

  void name_instances(const Place& place,
                      const std::map<std::string_view, Tally>& tallies,
                      Suspect& suspect) const {
    if (place.kind == SuspectKind::kObject) {
      suspect.type = heap_.type_name(place.holder);
      suspect.instances = place.holders;
    } else if (place.kind == SuspectKind::kChain) {
      suspect.type = heap_.type_name(place.type);
      suspect.instances = tallies.at(heap_.type_name(place.type)).objects;
    } else {
      const auto most = std::max_element(
          tallies.begin(), tallies.end(),
          [](const auto& a, const auto& b) { return a.second.direct_kept < b.second.direct_kept; });
      suspect.type = most->first;
      suspect.instances = most->second.direct_objects;
      look_into_wrappers(suspect);
    }
  }

  /// 2,000 methods of 2,000 windows are 2,000 windows.
  static void look_into_wrappers(Suspect& suspect) {
    if (is_of_program(suspect.type)) {
      return;
    }
    const std::uint64_t tolerance = suspect.instances / 10;
    for (const SuspectType& type : suspect.types) {
      if (is_of_program(type.name) && type.objects + tolerance >= suspect.instances &&
          type.objects <= suspect.instances + tolerance) {
        suspect.type = type.name;
        suspect.instances = type.objects;
        return;
      }
    }
  }

  const Heap& heap_;
  const DominatorTree& dominators_;
  const PathForest& paths_;
  const std::uint64_t threshold_;
  KeeperTree keepers_;
  BigObjects big_;
  HeldGroups groups_;
  Signatures signatures_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> place_of_row_;  // For each big object, or kNone.
  std::uint32_t first_group_ = 0;            // The place of the first group.
  std::vector<Owner> owner_;
  std::vector<std::vector<Tally>> tallies_;  // By place and type.
};

}  // namespace

std::string_view to_string(SuspectKind kind) {
  switch (kind) {
    case SuspectKind::kHolder:
      return "holder";
    case SuspectKind::kObject:
      return "object";
    case SuspectKind::kChain:
      return "chain";
    case SuspectKind::kGroup:
      return "group";
    case SuspectKind::kFrame:
      return "frame";
    case SuspectKind::kThread:
      return "thread";
    case SuspectKind::kNative:
      break;
  }
  return "native";
}

Suspects find_suspects(const Heap& heap, const DominatorTree& dominators, const PathForest& paths) {
  return SuspectSearch(heap, dominators, paths).find();
}

}  // namespace heapscan::analysis
