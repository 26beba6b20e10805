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
// Suspects that have one path signature (the cache of each of forty tenants) are one. When they are
// the entries of one container, or parts of one tree, that container or the tree's top is it.
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

/// Owners of objects, in one byte for each: 0 for none, or a suspect's row and 1.
using Owner = std::uint8_t;

static_assert(kSmallestShare < 255);

constexpr std::uint32_t kNone = BigObjects::kNone;

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

struct Tally {
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
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
  std::uint32_t merged_into = kNone;
};

class SuspectSearch {
 public:
  SuspectSearch(const Heap& heap, const DominatorTree& dominators, const PathForest& paths)
      : heap_(heap),
        dominators_(dominators),
        paths_(paths),
        threshold_(std::max<std::uint64_t>((dominators.reachable_size + kSmallestShare - 1) / kSmallestShare, 1)),
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
  std::uint32_t add(Place place) {
    places_.push_back(std::move(place));
    return static_cast<std::uint32_t>(places_.size() - 1);
  }

  void find_chains_and_holders() {
    for (const Chain& chain : find_chains(heap_, big_, keepers_.namespaces(), threshold_)) {
      const std::uint32_t place =
          add({SuspectKind::kChain, chain.holder, 1, chain.type, {}, chain.size, 0, kNone});
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
      place_of_row_[row] = add({itself ? SuspectKind::kObject : SuspectKind::kHolder, object.id, 1,
                                {}, {}, object.rest, 0, kNone});
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
    for (Place& place : places_) {
      place.name = signatures_.text(place.holder);
      place.retained += dominators_.retained[place.holder.value()];
    }
  }

  void merge(const std::vector<std::uint32_t>& alike, std::uint32_t node) {
    const std::uint32_t largest = *std::max_element(
        alike.begin(), alike.end(),
        [&](std::uint32_t a, std::uint32_t b) { return places_[a].size < places_[b].size; });
    const std::uint32_t top = common_keeper(alike);
    if (top != kNone && gathers(top, alike, node)) {
      if (place_of_row_[top] == kNone) {
        place_of_row_[top] = add({SuspectKind::kHolder, big_.rows()[top].id, 1, {}, {}, 0, 0, kNone});
      }
      std::uint32_t into = place_of_row_[top];
      while (places_[into].merged_into != kNone) {
        into = places_[into].merged_into;
      }
      places_[into].kind = SuspectKind::kHolder;
      for (const std::uint32_t place : alike) {
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

  /// Whether the object is what the places are entries of, or the top of a structure that they are
  /// parts of: one whose paths fold, because its parts are built like the whole.
  [[nodiscard]] bool gathers(std::uint32_t top,
                             const std::vector<std::uint32_t>& alike,
                             std::uint32_t node) {
    const ObjectId id = big_.rows()[top].id;
    if (keepers_.namespaces().contains(id)) {
      return false;
    }
    const std::uint32_t steps = signatures_.depth(node) - std::min(signatures_.depth(node),
                                                                   signatures_.depth(signatures_.node(id)));
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
      add(std::move(place));
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
    all_.resize(places_.size());
    direct_.resize(places_.size());
    owner_.assign(heap_.object_count(), 0);
    for (const ObjectId id : paths_.order()) {
      const Owner owner = owner_of(id);
      owner_[id.value()] = owner;
      if (owner != 0) {
        std::vector<Tally>& tallies = all_[owner - 1U];
        if (tallies.empty()) {
          tallies.resize(heap_.columns().types.size());
        }
        Tally& tally = tallies[heap_.type(id).value()];
        ++tally.objects;
        tally.size += heap_.size(id);
      }
    }
  }

  Owner owner_of(ObjectId id) {
    const auto owner_at = [](std::uint32_t place) {
      return place == kNone ? Owner{0} : static_cast<Owner>(place + 1);
    };
    if (big_.contains(id)) {
      const Owner owner = owner_at(final_place(place_of_row_[big_.row(id)]));
      const ObjectId keeper = keepers_.keeper(id);
      if (owner != 0 && keeper.has_value() && owner_[keeper.value()] == owner &&
          places_[owner - 1U].holder == keeper) {
        add_direct(owner - 1U, id);
      }
      return owner;
    }
    const ObjectId keeper = keepers_.keeper(id);
    if (!keeper.has_value() || keepers_.namespaces().contains(keeper)) {
      const std::uint32_t group = keepers_.adopted(id) ? groups_.group_of(id) : HeldGroups::kNone;
      if (group == HeldGroups::kNone) {
        return 0;
      }
      add_direct(first_group_ + group, id);
      return owner_at(first_group_ + group);
    }
    const Owner owner = owner_[keeper.value()];
    if (owner != 0 && big_.contains(keeper)) {
      add_direct(owner - 1U, id);
    }
    return owner;
  }

  void add_direct(std::uint32_t place, ObjectId id) {
    Tally& tally = direct_[place][heap_.type(id)];
    ++tally.objects;
    tally.size += keepers_.kept(id);
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
      suspect.size = place.size;
      suspect.retained = place.retained;
      suspect.types = types_of(row);
      name_instances(row, suspect);
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
  [[nodiscard]] std::vector<SuspectType> types_of(std::uint32_t place) const {
    std::map<std::string_view, Tally> by_name;
    for (std::uint32_t type = 0; type < all_[place].size(); ++type) {
      const Tally& tally = all_[place][type];
      if (tally.objects > 0) {
        Tally& sum = by_name[heap_.type_name(TypeId(type))];
        sum.objects += tally.objects;
        sum.size += tally.size;
      }
    }
    std::vector<SuspectType> types;
    for (const auto& [name, tally] : by_name) {
      types.push_back({std::string(name), tally.objects, tally.size});
    }
    std::stable_sort(types.begin(), types.end(), [](const SuspectType& a, const SuspectType& b) {
      return a.size > b.size;
    });
    return types;
  }

  void name_instances(std::uint32_t row, Suspect& suspect) const {
    const Place& place = places_[row];
    if (place.kind == SuspectKind::kObject) {
      suspect.type = heap_.type_name(place.holder);
      suspect.instances = place.holders;
      return;
    }
    if (place.kind == SuspectKind::kChain) {
      suspect.type = heap_.type_name(place.type);
      const auto counted =
          std::find_if(suspect.types.begin(), suspect.types.end(),
                       [&](const SuspectType& type) { return type.name == suspect.type; });
      suspect.instances = counted->objects;
      return;
    }
    std::map<std::string_view, Tally> by_name;
    for (const auto& [type, tally] : direct_[row]) {
      Tally& sum = by_name[heap_.type_name(type)];
      sum.objects += tally.objects;
      sum.size += tally.size;
    }
    const auto most = std::max_element(
        by_name.begin(), by_name.end(),
        [](const auto& a, const auto& b) { return a.second.size < b.second.size; });
    if (most != by_name.end()) {
      suspect.type = most->first;
      suspect.instances = most->second.objects;
      look_into_wrappers(suspect);
    }
  }

  /// 2,000 methods of 2,000 windows are 2,000 windows.
  static void look_into_wrappers(Suspect& suspect) {
    const auto of_program = [](std::string_view name) {
      return name.find('.') != std::string_view::npos;
    };
    if (of_program(suspect.type)) {
      return;
    }
    const std::uint64_t tolerance = suspect.instances / 10;
    for (const SuspectType& type : suspect.types) {
      if (of_program(type.name) && type.objects + tolerance >= suspect.instances &&
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
  std::vector<std::vector<Tally>> all_;                        // By place and type.
  std::vector<std::unordered_map<TypeId, Tally>> direct_;      // By place.
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
