#include "analysis/growth/profile.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "analysis/cycles/cycles.h"
#include "analysis/graph/dominators.h"
#include "analysis/graph/object_set.h"
#include "analysis/histogram/histogram.h"
#include "analysis/suspects/suspects.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;

std::vector<Profile::TypeRow> count_types(const Heap& heap) {
  std::vector<Profile::TypeRow> of_type(heap.columns().types.size());
  for (const ObjectId id : heap.objects()) {
    Profile::TypeRow& row = of_type[heap.type(id).value()];
    ++row.objects;
    row.size += heap.size(id);
  }
  std::map<std::string_view, Profile::TypeRow> of_name;
  for (std::uint32_t type = 0; type < of_type.size(); ++type) {
    if (of_type[type].objects == 0) {
      continue;
    }
    Profile::TypeRow& row = of_name[heap.type_name(dump::TypeId(type))];
    row.objects += of_type[type].objects;
    row.size += of_type[type].size;
  }
  std::vector<Profile::TypeRow> rows;
  for (auto& [name, row] : of_name) {
    row.type = name;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Profile::CycleRow> count_cycles(const Heap& heap, const PathForest& paths) {
  ObjectSet reachable(heap.object_count());
  for (const ObjectId id : paths.order()) {
    reachable.insert(id);
  }
  std::map<std::string, Profile::CycleRow> rows;
  for (const CycleGroup& group : find_garbage(heap, reachable).groups) {
    rows[group.signature] = {group.signature, group.cycles, group.objects + group.tail_objects,
                             group.size + group.tail_size, group.has_finalizer};
  }
  std::vector<Profile::CycleRow> sorted;
  sorted.reserve(rows.size());
  for (auto& [signature, row] : rows) {
    sorted.push_back(std::move(row));
  }
  return sorted;
}

std::uint64_t count_unexplained(const Heap& heap) {
  std::unordered_set<std::uint32_t> objects;
  for (const dump::Root& root : heap.roots()) {
    if (root.kind == dump::RootKind::kNative) {
      objects.insert(root.object.value());
    }
  }
  return objects.size();
}

}  // namespace

std::uint64_t Profile::cycle_count() const {
  std::uint64_t count = 0;
  for (const CycleRow& row : cycles) {
    count += row.cycles;
  }
  return count;
}

std::uint64_t Profile::cycle_size() const {
  std::uint64_t sum = 0;
  for (const CycleRow& row : cycles) {
    sum += row.size;
  }
  return sum;
}

bool is_same_process(const dump::ProcessFacts& a, const dump::ProcessFacts& b) {
  const bool known = !a.host.empty() && a.pid >= 0 && a.process_start >= 0;
  return known && a.host == b.host && a.pid == b.pid && a.process_start == b.process_start;
}

Profile profile_of(const Heap& heap, const PathForest& paths, std::vector<NodeId>& node_of_object) {
  Profile profile;
  profile.facts = heap.facts();
  profile.types = count_types(heap);
  for (const Profile::TypeRow& row : profile.types) {
    profile.objects += row.objects;
    profile.size += row.size;
  }
  profile.unexplained = count_unexplained(heap);
  profile.holders = HolderTree(heap, paths, node_of_object);
  profile.cycles = count_cycles(heap, paths);
  return profile;
}

void add_held(Profile& profile, const Heap& heap, const PathForest& paths) {
  const DominatorTree dominators = dominator_tree(heap);
  std::unordered_map<std::string, std::uint64_t> retained;
  for (const HistogramRow& row : histogram_by_type(heap, dominators).rows) {
    retained[row.name] = row.retained;
  }
  for (Profile::TypeRow& row : profile.types) {
    row.retained = retained[row.type];
  }
  for (const Suspect& suspect : find_suspects(heap, dominators, paths).rows) {
    profile.suspects.push_back(
        {suspect.fingerprint, suspect.place, suspect.type, suspect.instances, suspect.size});
  }
  std::sort(profile.suspects.begin(), profile.suspects.end(),
            [](const Profile::SuspectRow& a, const Profile::SuspectRow& b) {
              return std::tie(a.place, a.type) < std::tie(b.place, b.type);
            });
}

Profile profile_of(const Heap& heap, const PathForest& paths) {
  std::vector<NodeId> node_of_object;
  return profile_of(heap, paths, node_of_object);
}

Profile profile_of(const Heap& heap) {
  return profile_of(heap, PathForest(heap));
}

}  // namespace heapscan::analysis
