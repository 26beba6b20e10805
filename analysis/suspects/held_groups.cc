#include "analysis/suspects/held_groups.h"

#include <cstddef>

namespace heapscan::analysis {

using dump::RootKind;

HeldGroups::HeldGroups(const Heap& heap,
                       const DominatorTree& dominators,
                       const PathForest& paths,
                       const OwnerTree& owners,
                       const BigObjects& big)
    : heap_(heap),
      dominators_(dominators),
      paths_(paths),
      owners_(owners),
      big_(big),
      types_(heap) {
  for (const ObjectId id : heap.objects()) {
    if (owners.adopted(id) && !big.contains(id)) {
      add(id);
    }
  }
  keep_large(big.threshold());
  keep_large_calls(big.threshold());
}

/// "Thread-17 (serve)" and "serve()" of "Thread-17 (serve) serve() request": the name of a thread
/// may have spaces, those of functions and variables have none. The state of a thread is not a
/// call.
HeldGroups::Call HeldGroups::call_of(std::string_view label, RootKind kind) {
  const std::size_t call_end =
      kind == RootKind::kFrame ? label.rfind("()") : std::string_view::npos;
  const std::size_t space = label.substr(0, call_end).rfind(' ');
  const std::string thread(label.substr(0, space));
  if (call_end == std::string_view::npos || space == std::string_view::npos) {
    return {thread, ""};
  }
  return {thread, std::string(label.substr(space + 1, call_end + 1 - space))};
}

void HeldGroups::add(ObjectId id) {
  const auto add_to = [&](Sum& sum) {
    sum.size += owners_.kept(id);
    sum.retained += dominators_.retained[id.value()];
  };
  const ObjectId owner = owners_.owner(id);
  if (owner.has_value()) {
    const bool named = owners_.namespaces().contains(owner) && big_.contains(owner);
    if (named && !is_code(id) && !owners_.namespaces().contains(id)) {
      add_to(named_[{owner, heap_.type(id)}]);
    }
    return;
  }
  const Root& root = paths_.root(id);
  if (root.kind == RootKind::kNative && !is_code(id)) {
    add_to(native_[heap_.type(id)]);
  } else if ((root.kind == RootKind::kFrame || root.kind == RootKind::kThread) &&
             root.label.has_value()) {
    const auto [known, added] = call_of_label_.try_emplace(root.label);
    if (added) {
      known->second = calls_.try_emplace(call_of(heap_.string(root.label), root.kind)).first;
    }
    add_to(known->second->second);
  }
}

void HeldGroups::keep_large(std::uint64_t threshold) {
  for (auto& [type, sum] : native_) {
    if (sum.size >= threshold) {
      sum.group = keep({Kind::kNative, {}, {}, {}, type, sum.size, sum.retained});
    }
  }
  for (auto& [key, sum] : named_) {
    if (sum.size >= threshold) {
      sum.group = keep({Kind::kNamespace, key.first, {}, {}, key.second, sum.size, sum.retained});
    }
  }
}

/// A function that holds much is a group of its own; the others of a thread form one.
void HeldGroups::keep_large_calls(std::uint64_t threshold) {
  std::map<std::string, Sum> threads;
  for (auto& [call, sum] : calls_) {
    if (!call.second.empty() && sum.size >= threshold) {
      sum.group = keep({Kind::kFrame, {}, call.first, call.second, {}, sum.size, sum.retained});
    } else {
      threads[call.first].size += sum.size;
      threads[call.first].retained += sum.retained;
    }
  }
  for (auto& [thread, sum] : threads) {
    if (sum.size >= threshold) {
      sum.group = keep({Kind::kThread, {}, thread, {}, {}, sum.size, sum.retained});
    }
  }
  for (auto& [call, sum] : calls_) {
    sum.group = sum.group.has_value() ? sum.group : threads[call.first].group;
  }
}

HeldGroupId HeldGroups::keep(const Group& group) {
  groups_.push_back(group);
  return HeldGroupId(static_cast<std::uint32_t>(groups_.size() - 1));
}

HeldGroupId HeldGroups::group_of(ObjectId id) const {
  const ObjectId owner = owners_.owner(id);
  if (owner.has_value()) {
    const auto found = named_.find({owner, heap_.type(id)});
    const bool counted = found != named_.end() && !owners_.namespaces().contains(id);
    return counted ? found->second.group : HeldGroupId::none();
  }
  const Root& root = paths_.root(id);
  if (root.kind == RootKind::kNative) {
    const auto found = native_.find(heap_.type(id));
    return found == native_.end() ? HeldGroupId::none() : found->second.group;
  }
  const bool of_thread = root.kind == RootKind::kFrame || root.kind == RootKind::kThread;
  const auto found = of_thread ? call_of_label_.find(root.label) : call_of_label_.end();
  return found == call_of_label_.end() ? HeldGroupId::none() : found->second->second.group;
}

}  // namespace heapscan::analysis
