#include "analysis/reachability.h"

#include <vector>

namespace heapscan::analysis {

ObjectSet reachable_objects(const Heap& heap) {
  ObjectSet reached(heap.object_count());
  // Objects are marked when they are found, so that each one is on the stack at most once.
  std::vector<ObjectId> to_scan;
  for (const dump::Root& root : heap.roots()) {
    if (reached.insert(root.object)) {
      to_scan.push_back(root.object);
    }
  }
  while (!to_scan.empty()) {
    const ObjectId source = to_scan.back();
    to_scan.pop_back();
    for (const ObjectId target : heap.targets(source)) {
      if (reached.insert(target)) {
        to_scan.push_back(target);
      }
    }
  }
  return reached;
}

}  // namespace heapscan::analysis
