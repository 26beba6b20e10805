#pragma once

#include <cstdint>
#include <string_view>

#include "dump/cpython/objects/object_reader.h"

namespace heapscan::dump::cpython {

/// The entries of a PyDictKeysObject (PEP 412, compact since 3.6), as far as they are there and
/// sane.
class DictKeys {
 public:
  /// Of the keys object at `address`. valid() is false when it cannot be one.
  DictKeys(const ObjectReader& reader, std::uint64_t address);

  [[nodiscard]] bool valid() const { return entries_ != nullptr; }

  /// Entries in use and deleted ones, in order of insertion.
  [[nodiscard]] std::uint64_t entry_count() const { return entry_count_; }

  /// The key of an entry; 0 for a deleted one.
  [[nodiscard]] std::uint64_t key(std::uint64_t entry) const;

  /// The value of an entry of a combined table; 0 for a deleted one.
  [[nodiscard]] std::uint64_t value(std::uint64_t entry) const;

  /// Bytes of the table, as _PyDict_KeysSize counts them.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Values that an instance which shares the table has room for.
  [[nodiscard]] std::uint64_t usable_size() const { return usable_size_; }

  /// Dicts and types that share the table.
  [[nodiscard]] std::uint64_t refcount() const { return refcount_; }

  /// Slots of the hash table.
  [[nodiscard]] std::uint64_t slots() const { return slots_; }

 private:
  void read_log2_form(const ObjectReader& reader, std::uint64_t address);
  void read_sized_form(const ObjectReader& reader, std::uint64_t address);
  void read_entries(const ObjectReader& reader, std::uint64_t entries);

  const std::byte* entries_ = nullptr;
  std::uint64_t entry_size_ = 0;
  std::uint64_t key_offset_ = 0;
  std::uint64_t entry_count_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t usable_size_ = 0;
  std::uint64_t refcount_ = 0;
  std::uint64_t slots_ = 0;
};

/// Where the values of the dict object at `dict` lie, one word each, in the order of the entries of
/// its keys; 0 when they are in the entries.
[[nodiscard]] std::uint64_t split_values(const ObjectReader& reader, std::uint64_t dict);

/// The value in the dict object at `dict` for a str key, or 0. Cost: a pass over the dict.
[[nodiscard]] std::uint64_t find_in_dict(const ObjectReader& reader,
                                         std::uint64_t dict,
                                         std::string_view key);

}  // namespace heapscan::dump::cpython
