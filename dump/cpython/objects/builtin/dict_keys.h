#pragma once

#include <cstdint>
#include <string_view>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/reference_visitor.h"

namespace heapscan::dump::cpython {

namespace offset {

// PyDictObject.
inline constexpr std::uint64_t kDictKeys = 32;
inline constexpr std::uint64_t kDictValues = 40;

}  // namespace offset

/// The entries of a PyDictKeysObject (PEP 412, compact since 3.6), as far as they were copied and
/// are valid.
class DictKeys {
 public:
  /// Reads the keys object at `address`. valid() is false if it cannot be one.
  DictKeys(const ObjectReader& reader, Address address);

  [[nodiscard]] bool valid() const { return entries_ != nullptr; }

  /// Entries in use and deleted ones, in insertion order.
  [[nodiscard]] std::uint64_t entry_count() const { return entry_count_; }

  /// The key of an entry; null for a deleted one.
  [[nodiscard]] Address key(std::uint64_t entry) const;

  /// The value of an entry of a combined table; null for a deleted one.
  [[nodiscard]] Address value(std::uint64_t entry) const;

  /// Bytes of the table, as counted by _PyDict_KeysSize.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// How many values fit in an instance that shares the table.
  [[nodiscard]] std::uint64_t usable_size() const { return usable_size_; }

  /// The number of dicts and types that share the table.
  [[nodiscard]] std::uint64_t refcount() const { return refcount_; }

  /// The number of slots in the hash table.
  [[nodiscard]] std::uint64_t slots() const { return slots_; }

 private:
  void read_log2_form(const ObjectReader& reader, Address address);
  void read_sized_form(const ObjectReader& reader, Address address);
  void read_entries(const ObjectReader& reader, Address entries);

  const std::byte* entries_ = nullptr;
  std::uint64_t entry_size_ = 0;
  std::uint64_t key_offset_ = 0;
  std::uint64_t entry_count_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t usable_size_ = 0;
  std::uint64_t refcount_ = 0;
  std::uint64_t slots_ = 0;
};

/// Visits the keys of a table of attribute names that instances share, for the object that counts
/// them.
void visit_attribute_names(const DictKeys& keys, ReferenceVisitor& visitor);

/// Where the values of the dict object at `dict` are, one pointer each, in the order of the entries
/// of its keys; null if they are in the entries.
[[nodiscard]] Address split_values(const ObjectReader& reader, Address dict);

/// The value in the dict object at `dict` for a str key, or null. Cost: a pass over the dict.
[[nodiscard]] Address find_in_dict(const ObjectReader& reader, Address dict, std::string_view key);

}  // namespace heapscan::dump::cpython
