#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/objects/type_layouts.h"
#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// The types of a program, found by the addresses of their objects.
///
/// An object is accepted as a type only if its own type, and the type of that, up to the type that
/// is its own type, are marked as types of types: random memory does not look like that.
class TypeTable {
 public:
  /// `reader` must outlive the table.
  explicit TypeTable(const ObjectReader& reader)
      : reader_(reader), layouts_(reader.layout().minor) {}

  /// The type whose object is at `address`, or null if there is none. Cost: usually a look-up in a
  /// small cache.
  [[nodiscard]] const TypeInfo* find(Address address);

  /// All types found so far, in the order of finding.
  [[nodiscard]] const std::vector<std::unique_ptr<TypeInfo>>& types() const { return types_; }

 private:
  struct CacheLine {
    Address address;
    const TypeInfo* type = nullptr;
  };

  [[nodiscard]] bool is_type(Address address) const;
  [[nodiscard]] bool is_python_class(Address address) const;
  [[nodiscard]] std::string display_name(Address address, bool python_class) const;
  [[nodiscard]] std::unique_ptr<TypeInfo> describe(Address address) const;
  void describe_memory(TypeInfo& info) const;
  void add_slots(Address type, TypeInfo& info) const;

  const ObjectReader& reader_;
  TypeLayouts layouts_;
  std::vector<std::unique_ptr<TypeInfo>> types_;
  std::unordered_map<Address, const TypeInfo*> by_address_;
  std::array<CacheLine, 1024> cache_;
};

}  // namespace heapscan::dump::cpython
