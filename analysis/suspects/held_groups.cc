#include "analysis/suspects/held_groups.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace heapscan::analysis {
namespace {

using dump::RootKind;
using dump::TypeId;

/// What a program consists of, in every module and class: their number says nothing about a leak.
constexpr std::array<std::string_view, 15> kCodeTypes = {"function",
                                                         "code",
                                                         "builtin_function_or_method",
                                                         "method_descriptor",
                                                         "classmethod_descriptor",
                                                         "wrapper_descriptor",
                                                         "getset_descriptor",
                                                         "member_descriptor",
                                                         "staticmethod",
                                                         "classmethod",
                                                         "property",
                                                         "module",
                                                         "type",
                                                         "cell",
                                                         "_frozen_importlib.ModuleSpec"};

}  // namespace

HeldGroups::HeldGroups(const Heap& heap,
                       const DominatorTree& dominators,
                       const PathForest& paths,
                       const OwnerTree& owners,
                       const BigObjects& big)
    : heap_(heap), dominators_(dominators), paths_(paths), owners_(owners), big_(big) {
  for (std::uint32_t row = 0; row < heap.columns().types.size(); ++row) {
    const std::string_view name = heap.type_name(TypeId(row));
    is_code_.push_back(std::find(kCodeTypes.begin(), kCodeTypes.end(), name) != kCodeTypes.end());
  }
  for (const ObjectId id : heap.objects()) {
    if (owners.adopted(id) && !big.contains(id)) {
      add(id);
    }
  }
  keep_large(big.threshold());
  keep_large_calls(big.threshold());
}

/// "Thread-17 (serve)" and "serve()" of "Thread-17 (serve) serve() request": the name of a thread
/// may have blanks, those of functions and variables have none. The state of a thread is no call.
HeldGroups::Call HeldGroups::call_of(std::string_view label, RootKind kind) {
  const std::size_t call_end =
      kind == RootKind::kFrame ? label.rfind("()") : std::string_view::npos;
  const std::size_t blank = label.substr(0, call_end).rfind(' ');
  const std::string thread(label.substr(0, blank));
  if (call_end == std::string_view::npos || blank == std::string_view::npos) {
    return {thread, ""};
  }
  return {thread, std::string(label.substr(blank + 1, call_end + 1 - blank))};
}

bool HeldGroups::is_code(TypeId type) const {
  return is_code_[type.value()];
}

void HeldGroups::add(ObjectId id) {
  const auto add_to = [&](Sum& sum) {
    sum.size += owners_.kept(id);
    sum.retained += dominators_.retained[id.value()];
  };
  const ObjectId owner = owners_.owner(id);
  if (owner.has_value()) {
    const bool named = owners_.namespaces().contains(owner) && big_.contains(owner);
    if (named && !is_code(heap_.type(id)) && !owners_.namespaces().contains(id)) {
      add_to(named_[{owner, heap_.type(id)}]);
    }
    return;
  }
  const Root& root = paths_.root(id);
  if (root.kind == RootKind::kNative && !is_code(heap_.type(id))) {
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

/// A function that holds much is one group; the others of a thread are taken together.
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
    sum.group = sum.group == kNone ? threads[call.first].group : sum.group;
  }
}

std::uint32_t HeldGroups::keep(const Group& group) {
  groups_.push_back(group);
  return static_cast<std::uint32_t>(groups_.size() - 1);
}

std::uint32_t HeldGroups::group_of(ObjectId id) const {
  const ObjectId owner = owners_.owner(id);
  if (owner.has_value()) {
    const auto found = named_.find({owner, heap_.type(id)});
    const bool counted = found != named_.end() && !owners_.namespaces().contains(id);
    return counted ? found->second.group : kNone;
  }
  const Root& root = paths_.root(id);
  if (root.kind == RootKind::kNative) {
    const auto found = native_.find(heap_.type(id));
    return found == native_.end() ? kNone : found->second.group;
  }
  const bool of_thread = root.kind == RootKind::kFrame || root.kind == RootKind::kThread;
  const auto found = of_thread ? call_of_label_.find(root.label) : call_of_label_.end();
  return found == call_of_label_.end() ? kNone : found->second->second.group;
}

}  // namespace heapscan::analysis
