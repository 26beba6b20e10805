// Problem: say in a few lines where the memory of a program went, and name the places as its author
// would. The top of the dominator tree does not answer this: it has the modules, which hold
// everything that a program consists of, and short chains of objects that lead to where things
// accumulate.
//
// Idea: in the tree of owners (owner_tree.h) an object is big if it keeps a hundredth of
// everything. What a big object keeps, less what big objects below it keep, is its rest: many small
// things that accumulate there, or its own bytes. Every byte is in one rest. So
//  - a big object with a big rest is a suspect: a list of listeners, a cache, a buffer;
//  - big objects below one another that each add little are the way to a suspect, and are left out,
//    unless what they add amounts to a suspect of its own: then they are a chain, and its holder is
//    its first object of the type that most links have;
//  - modules and classes hold what a program consists of, and are not suspects; things that they
//    hold many of are, unless they are code;
//  - small objects that only roots hold are grouped by frame, by thread, or, if native code holds
//    them, by type.
// Suspects with one path signature (the baskets of forty sessions) are one. When they are the
// entries of one container, or several are below one object, or they are the parts of one tree,
// then that container, that object or the top of the tree is the suspect.
//
// Looking for big objects whose children are small is the idea of Eclipse Memory Analyzer, which
// applies it to the dominator tree alone.
//
// Cost: two passes over all objects that touch few columns; everything else is proportional to the
// number of big objects.
#include "analysis/suspects/suspects.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/suspects/suspect_places.h"
#include "analysis/suspects/suspect_tallies.h"
#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

/// FNV-1a (Fowler, Noll, Vo): a fingerprint needs no secrecy; it only has to be the same
/// everywhere.
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

std::vector<SuspectType> sorted(const std::map<std::string_view, Tally>& tallies) {
  std::vector<SuspectType> types;
  types.reserve(tallies.size());
  for (const auto& [name, tally] : tallies) {
    types.push_back({std::string(name), tally.objects, tally.size});
  }
  std::stable_sort(types.begin(), types.end(),
                   [](const SuspectType& a, const SuspectType& b) { return a.size > b.size; });
  return types;
}

/// 2,000 methods of 2,000 windows are 2,000 windows.
void look_into_wrappers(const Heap& heap, Suspect& suspect) {
  if (is_of_program(heap, suspect.type)) {
    return;
  }
  const std::uint64_t tolerance = suspect.instances / 10;
  for (const SuspectType& type : suspect.types) {
    if (is_of_program(heap, type.name) && type.objects + tolerance >= suspect.instances &&
        type.objects <= suspect.instances + tolerance) {
      suspect.type = type.name;
      suspect.instances = type.objects;
      return;
    }
  }
}

void name_instances(const Heap& heap,
                    const SuspectPlace& place,
                    const std::map<std::string_view, Tally>& tallies,
                    Suspect& suspect) {
  if (place.kind == SuspectKind::kObject) {
    suspect.type = heap.type_name(place.holder);
    suspect.instances = place.holders;
  } else if (place.kind == SuspectKind::kChain) {
    suspect.type = heap.type_name(place.type);
    suspect.instances = tallies.at(heap.type_name(place.type)).objects;
  } else {
    const auto most = std::max_element(
        tallies.begin(), tallies.end(),
        [](const auto& a, const auto& b) { return a.second.direct_kept < b.second.direct_kept; });
    suspect.type = most->first;
    suspect.instances = most->second.direct_objects;
    look_into_wrappers(heap, suspect);
  }
}

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

Suspects find_suspects(const Heap& heap,
                       const DominatorTree& dominators,
                       const PathForest& paths,
                       const StopSignal& stop) {
  const SuspectPlaces found(heap, dominators, paths);
  stop.check();
  const SuspectTallies accumulated(heap, dominators, found);
  stop.check();
  Suspects suspects;
  for (const PlaceId id : found.ids()) {
    const SuspectPlace& place = found[id];
    if (place.merged_into.has_value()) {
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
    const std::map<std::string_view, Tally> tallies = accumulated.by_name(id);
    suspect.types = sorted(tallies);
    name_instances(heap, place, tallies, suspect);
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

}  // namespace heapscan::analysis
