#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "analysis/histogram/grouping.h"

/// Groups that an object's type decides.
namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;

using NameOfType = std::function<std::string_view(std::string_view type)>;

/// One group for each text that `name_of_type` gives.
Grouping group_by_text_of_type(const Heap& heap, const NameOfType& name_of_type) {
  Grouping grouping;
  std::unordered_map<std::string_view, std::uint32_t> group_of_name;
  std::vector<std::uint32_t> group_of_type;
  for (std::uint32_t type = 0; type < heap.columns().types.size(); ++type) {
    const std::string_view name = name_of_type(heap.type_name(dump::TypeId(type)));
    const auto next = static_cast<std::uint32_t>(grouping.names.size());
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

/// The module in "module.qualname". A class may be nested in another, so a module that is known
/// counts more than the place of the last dot.
std::string_view module_of_type(std::string_view type, const Names& modules) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t dot = type.rfind('.');
  while (dot != kNone && dot > 0) {
    if (modules.contains(type.substr(0, dot))) {
      return type.substr(0, dot);
    }
    dot = type.rfind('.', dot - 1);
  }
  // Of "module.function.<locals>.Class" the class and the function are not the module.
  const std::string_view outer = type.substr(0, type.find(".<locals>"));
  const std::size_t last = outer.rfind('.');
  return last == kNone ? "builtins" : outer.substr(0, last);
}

}  // namespace

Grouping group_by_type(const Heap& heap) {
  return group_by_text_of_type(heap, [](std::string_view type) { return type; });
}

Grouping group_by_module(const Heap& heap) {
  const Names modules = known_modules(heap);
  return group_by_text_of_type(
      heap, [&](std::string_view type) { return module_of_type(type, modules); });
}

Grouping group_by_package(const Heap& heap) {
  const Names modules = known_modules(heap);
  return group_by_text_of_type(heap, [&](std::string_view type) {
    const std::string_view module = module_of_type(type, modules);
    return module.substr(0, module.find('.'));
  });
}

}  // namespace heapscan::analysis
