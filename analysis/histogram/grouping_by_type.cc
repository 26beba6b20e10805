#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "analysis/histogram/grouping.h"
#include "analysis/runtimes/runtime_traits.h"

/// Groupings by the type of an object alone.
namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;

using NameOfType = std::function<std::string_view(std::string_view type)>;

/// One group for each name that `name_of_type` returns.
Grouping group_by_name_of_type(const Heap& heap, const NameOfType& name_of_type) {
  Grouping grouping;
  std::unordered_map<std::string_view, GroupId> group_of_name;
  std::vector<GroupId> group_of_type;
  for (std::uint32_t type = 0; type < heap.columns().types.size(); ++type) {
    const std::string_view name = name_of_type(heap.type_name(dump::TypeId(type)));
    const GroupId next(static_cast<std::uint32_t>(grouping.names.size()));
    const auto [entry, added] = group_of_name.emplace(name, next);
    if (added) {
      grouping.names.emplace_back(name);
    }
    group_of_type.push_back(entry->second);
  }
  grouping.group_of_object.reserve(heap.object_count());
  for (const dump::TypeId type : heap.columns().type) {
    grouping.group_of_object.push_back(group_of_type[type.value()]);
  }
  return grouping;
}

using Names = std::unordered_set<std::string_view>;

/// The names of all modules that are roots.
Names known_modules(const Heap& heap) {
  Names modules;
  for (const dump::Root& root : heap.roots()) {
    if (root.kind == dump::RootKind::kModule && root.label.has_value()) {
      modules.insert(heap.string(root.label));
    }
  }
  return modules;
}

/// The module in "module.qualname". A class may be nested in another, so the name of a known module
/// takes precedence over the position of the last dot.
std::string_view module_of_type(std::string_view type,
                                const Names& modules,
                                const RuntimeTraits& traits) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t dot = type.rfind('.');
  while (dot != kNone && dot > 0) {
    if (modules.contains(type.substr(0, dot))) {
      return type.substr(0, dot);
    }
    dot = type.rfind('.', dot - 1);
  }
  // In "module.function.<locals>.Class" neither the class nor the function is the module.
  const std::string_view outer =
      traits.local_scope.empty() ? type : type.substr(0, type.find(traits.local_scope));
  const std::size_t last = outer.rfind('.');
  return last == kNone ? traits.builtin_module : outer.substr(0, last);
}

}  // namespace

Grouping group_by_type(const Heap& heap) {
  return group_by_name_of_type(heap, [](std::string_view type) { return type; });
}

Grouping group_by_module(const Heap& heap) {
  const Names modules = known_modules(heap);
  return group_by_name_of_type(heap, [&](std::string_view type) {
    return module_of_type(type, modules, traits_of(heap.facts()));
  });
}

Grouping group_by_package(const Heap& heap) {
  const Names modules = known_modules(heap);
  return group_by_name_of_type(heap, [&](std::string_view type) {
    const std::string_view module = module_of_type(type, modules, traits_of(heap.facts()));
    return module.substr(0, module.find('.'));
  });
}

}  // namespace heapscan::analysis
