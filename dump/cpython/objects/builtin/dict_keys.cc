#include "dump/cpython/objects/builtin/dict_keys.h"

#include <bit>
#include <cstring>

#include "dump/cpython/objects/builtin/text.h"

namespace heapscan::dump::cpython {
namespace {

// PyDictKeysObject.
constexpr std::uint64_t kKeysRefcount = 0;
// In the form DictKeysForm::kLog2:
constexpr std::uint64_t kKeysLog2Size = 8;
constexpr std::uint64_t kKeysLog2IndexBytes = 9;
constexpr std::uint64_t kKeysKind = 10;
constexpr std::uint64_t kKeysUsable = 16;
constexpr std::uint64_t kKeysEntryCount = 24;
constexpr std::uint64_t kKeysIndices = 32;
// In the form DictKeysForm::kSized:
constexpr std::uint64_t kSizedKeysSize = 8;
constexpr std::uint64_t kSizedKeysEntryCount = 32;
constexpr std::uint64_t kSizedKeysIndices = 40;

// dk_kind.
constexpr std::uint8_t kGeneralKeys = 0;
constexpr std::uint8_t kSplitKeys = 2;

constexpr std::uint64_t kGeneralEntrySize = 24;  // {hash, key, value}
constexpr std::uint64_t kTextEntrySize = 16;     // {key, value}
constexpr unsigned kLargestLog2 = 40;

/// USABLE_FRACTION: the number of entries that fit in a table with that many slots.
std::uint64_t usable_fraction(std::uint64_t slots) {
  return slots * 2 / 3;
}

Address load(const std::byte* from) {
  Address value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

}  // namespace

DictKeys::DictKeys(const ObjectReader& reader, Address address) {
  if (!address) {
    return;
  }
  if (reader.layout().dict_keys == DictKeysForm::kSized) {
    read_sized_form(reader, address);
  } else {
    read_log2_form(reader, address);
  }
}

void DictKeys::read_log2_form(const ObjectReader& reader, Address address) {
  const auto log2_size = reader.read_or<std::uint8_t>(address + kKeysLog2Size, 0xFF);
  const auto log2_index = reader.read_or<std::uint8_t>(address + kKeysLog2IndexBytes, 0xFF);
  const auto kind = reader.read_or<std::uint8_t>(address + kKeysKind, 0xFF);
  if (log2_size > kLargestLog2 || log2_index > kLargestLog2 || kind > kSplitKeys) {
    return;
  }
  slots_ = std::uint64_t{1} << log2_size;
  entry_size_ = kind == kGeneralKeys ? kGeneralEntrySize : kTextEntrySize;
  key_offset_ = kind == kGeneralKeys ? 8 : 0;
  refcount_ = reader.word(address + kKeysRefcount);
  entry_count_ = reader.word(address + kKeysEntryCount);
  usable_size_ = reader.word(address + kKeysUsable) + entry_count_;
  const std::uint64_t entries_at = kKeysIndices + (std::uint64_t{1} << log2_index);
  size_ = entries_at + usable_fraction(slots_) * entry_size_;
  read_entries(reader, address + entries_at);
}

void DictKeys::read_sized_form(const ObjectReader& reader, Address address) {
  slots_ = reader.word(address + kSizedKeysSize);
  if (!std::has_single_bit(slots_) || slots_ > (std::uint64_t{1} << kLargestLog2)) {
    return;
  }
  entry_size_ = kGeneralEntrySize;
  key_offset_ = 8;
  refcount_ = reader.word(address + kKeysRefcount);
  entry_count_ = reader.word(address + kSizedKeysEntryCount);
  usable_size_ = usable_fraction(slots_);
  // DK_IXSIZE
  const std::uint64_t index_size = slots_ <= 0xFF         ? 1
                                   : slots_ <= 0xFFFF     ? 2
                                   : slots_ <= 0xFFFFFFFF ? 4
                                                          : 8;
  const std::uint64_t entries_at = kSizedKeysIndices + slots_ * index_size;
  size_ = entries_at + usable_size_ * entry_size_;
  read_entries(reader, address + entries_at);
}

void DictKeys::read_entries(const ObjectReader& reader, Address entries) {
  if (entry_count_ <= usable_fraction(slots_)) {
    entries_ = reader.bytes(entries, entry_count_ * entry_size_);
  }
}

Address DictKeys::key(std::uint64_t entry) const {
  return load(entries_ + entry * entry_size_ + key_offset_);
}

Address DictKeys::value(std::uint64_t entry) const {
  return load(entries_ + entry * entry_size_ + key_offset_ + 8);
}

void visit_attribute_names(const DictKeys& keys, ReferenceVisitor& visitor) {
  for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
    if (const Address key = keys.key(entry); key) {
      visitor.named(key, {"attribute names", ReferenceKind::kInternal});
    }
  }
}

Address split_values(const ObjectReader& reader, Address dict) {
  const Address values = reader.pointer(dict + offset::kDictValues);
  return values ? values + reader.layout().values.items : Address{};
}

Address find_in_dict(const ObjectReader& reader, Address dict, std::string_view key) {
  const DictKeys keys(reader, reader.pointer(dict + offset::kDictKeys));
  const Address values = split_values(reader, dict);
  if (!dict || !keys.valid()) {
    return {};
  }
  for (std::uint64_t entry = 0; entry < keys.entry_count(); ++entry) {
    if (read_text(reader, keys.key(entry), key.size() + 1) == key) {
      return values ? reader.pointer(values + entry * 8) : keys.value(entry);
    }
  }
  return {};
}

}  // namespace heapscan::dump::cpython
