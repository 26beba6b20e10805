#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dump/cpython/objects/model/type_layout.h"

namespace heapscan::dump::cpython {

/// The tables of all families of types.
[[nodiscard]] std::vector<std::span<const TypeLayout>> type_families();

/// The types whose layout heapscan knows in one version of CPython.
class TypeLayouts {
 public:
  /// For CPython 3.`minor`.
  explicit TypeLayouts(unsigned minor);

  /// The layout of the type with this name and basic size, or null if heapscan does not know it:
  /// the size distinguishes forms of a type within a version. Cost: a hash look-up.
  [[nodiscard]] const TypeLayout* find(std::string_view name, std::uint64_t basic_size) const;

 private:
  std::unordered_multimap<std::string_view, const TypeLayout*> by_name_;
};

}  // namespace heapscan::dump::cpython
