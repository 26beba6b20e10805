#include "dump/cpython/objects/dict_reader.h"

#include <bit>
#include <cstring>

#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/text_reader.h"

namespace heapscan::dump::cpython {
namespace {

// dk_kind.
constexpr std::uint8_t kGeneralKeys = 0;
constexpr std::uint8_t kSplitKeys = 2;

constexpr std::uint64_t kGeneralEntrySize = 24;  // {hash, key, value}
constexpr std::uint64_t kTextEntrySize = 16;     // {key, value}
constexpr unsigned kLargestLog2 = 40;

/// USABLE_FRACTION: entries that a table of so many slots has room for.
std::uint64_t usable_fraction(std::uint64_t slots) {
  return slots * 2 / 3;
}

std::uint64_t load(const std::byte* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

}  // namespace

DictKeys::DictKeys(const ObjectReader& reader, std::uint64_t address) {
  if (address == 0) {
    return;
  }
  if (reader.layout().dict_keys == DictKeysForm::kSized) {
    read_sized_form(reader, address);
  } else {
    read_log2_form(reader, address);
  }
}

void DictKeys::read_log2_form(const ObjectReader& reader, std::uint64_t address) {
  const auto log2_size = reader.read_or<std::uint8_t>(address + offset::kKeysLog2Size, 0xFF);
  const auto log2_index = reader.read_or<std::uint8_t>(address + offset::kKeysLog2IndexBytes, 0xFF);
  const auto kind = reader.read_or<std::uint8_t>(address + offset::kKeysKind, 0xFF);
  if (log2_size > kLargestLog2 || log2_index > kLargestLog2 || kind > kSplitKeys) {
    return;
  }
  slots_ = std::uint64_t{1} << log2_size;
  entry_size_ = kind == kGeneralKeys ? kGeneralEntrySize : kTextEntrySize;
  key_offset_ = kind == kGeneralKeys ? 8 : 0;
  refcount_ = reader.pointer(address + offset::kKeysRefcount);
  entry_count_ = reader.pointer(address + offset::kKeysEntryCount);
  usable_size_ = reader.pointer(address + offset::kKeysUsable) + entry_count_;
  const std::uint64_t entries_at = offset::kKeysIndices + (std::uint64_t{1} << log2_index);
  size_ = entries_at + usable_fraction(slots_) * entry_size_;
  read_entries(reader, address + entries_at);
}

void DictKeys::read_sized_form(const ObjectReader& reader, std::uint64_t address) {
  slots_ = reader.pointer(address + offset::kSizedKeysSize);
  if (!std::has_single_bit(slots_) || slots_ > (std::uint64_t{1} << kLargestLog2)) {
    return;
  }
  entry_size_ = kGeneralEntrySize;
  key_offset_ = 8;
  refcount_ = reader.pointer(address + offset::kKeysRefcount);
  entry_count_ = reader.pointer(address + offset::kSizedKeysEntryCount);
  usable_size_ = usable_fraction(slots_);
  // DK_IXSIZE
  const std::uint64_t index_size = slots_ <= 0xFF         ? 1
                                   : slots_ <= 0xFFFF     ? 2
                                   : slots_ <= 0xFFFFFFFF ? 4
                                                          : 8;
  const std::uint64_t entries_at = offset::kSizedKeysIndices + slots_ * index_size;
  size_ = entries_at + usable_size_ * entry_size_;
  read_entries(reader, address + entries_at);
}

void DictKeys::read_entries(const ObjectReader& reader, std::uint64_t entries) {
  if (entry_count_ <= usable_fraction(slots_)) {
    entries_ = reader.bytes(entries, entry_count_ * entry_size_);
  }
}

std::uint64_t DictKeys::key(std::uint64_t entry) const {
  return load(entries_ + entry * entry_size_ + key_offset_);
}

std::uint64_t DictKeys::value(std::uint64_t entry) const {
  return load(entries_ + entry * entry_size_ + key_offset_ + 8);
}

std::uint64_t split_values(const ObjectReader& reader, std::uint64_t dict) {
  const std::uint64_t values = reader.pointer(dict + offset::kDictValues);
  return values == 0 ? 0 : values + reader.layout().values.items;
}

std::uint64_t find_in_dict(const ObjectReader& reader, std::uint64_t dict, std::string_view key) {
  const DictKeys keys(reader, reader.pointer(dict + offset::kDictKeys));
  const std::uint64_t values = split_values(reader, dict);
  if (dict == 0 || !keys.valid()) {
    return 0;
  }
  for (std::uint64_t entry = 0; entry < keys.entry_count(); ++entry) {
    if (read_text(reader, keys.key(entry), key.size() + 1) == key) {
      return values != 0 ? reader.pointer(values + entry * 8) : keys.value(entry);
    }
  }
  return 0;
}

}  // namespace heapscan::dump::cpython
