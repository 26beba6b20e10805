#include "analysis/runtimes/runtime_traits.h"

#include <algorithm>
#include <array>

#include "analysis/runtimes/neutral.h"
#include "analysis/runtimes/python.h"

namespace heapscan::analysis {
namespace {

struct KnownRuntime {
  std::string_view name;  ///< ProcessFacts::runtime.
  const RuntimeTraits& (*traits)();
};

constexpr std::array<KnownRuntime, 3> kRuntimes = {{
    {"CPython", &python_traits},
    {"heapscan runtime", &python_traits},  // Has CPython's memory model and names of types.
    {"", &python_traits},
}};

}  // namespace

TypeRoles RuntimeTraits::roles_of(std::string_view type) const {
  const auto found = std::lower_bound(
      types.begin(), types.end(), type,
      [](const RuntimeType& known, std::string_view name) { return known.name < name; });
  return found != types.end() && found->name == type ? found->roles : TypeRoles();
}

bool RuntimeTraits::names_attribute_table(const dump::Heap& heap,
                                          const dump::Reference& reference) const {
  const bool named = reference.kind == dump::ReferenceKind::kAttribute ||
                     reference.kind == dump::ReferenceKind::kInternal;
  return named && heap.string(dump::StringId(reference.label)) == attribute_table_name;
}

const RuntimeTraits& traits_of(const dump::ProcessFacts& facts) {
  const auto known =
      std::find_if(kRuntimes.begin(), kRuntimes.end(),
                   [&](const KnownRuntime& runtime) { return runtime.name == facts.runtime; });
  return known == kRuntimes.end() ? neutral_traits() : known->traits();
}

}  // namespace heapscan::analysis
