#include "dump/runtime/table.h"

#include <cstring>
#include <utility>

#include "dump/error.h"
#include "dump/runtime/core.h"
#include "dump/runtime/values.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::uint64_t kSmallestLog2 = 3;
constexpr std::uint64_t kLargestLog2 = 31;
constexpr unsigned kPerturbShift = 5;

constexpr std::int32_t kNoRow = -1;
constexpr std::int32_t kDeletedRow = -2;

template <class Row>
std::int32_t load(const std::byte* index, std::size_t place) {
  Row row = 0;
  std::memcpy(&row, index + place * sizeof(Row), sizeof(Row));
  return row;
}

template <class Row>
void store(std::byte* index, std::size_t place, std::int32_t row) {
  const auto narrow = static_cast<Row>(row);
  std::memcpy(index + place * sizeof(Row), &narrow, sizeof(Row));
}

std::int32_t row_at(const Table* table, std::size_t place) {
  const auto* const index = reinterpret_cast<const std::byte*>(table + 1);
  if (table->log2_size < 8) {
    return load<std::int8_t>(index, place);
  }
  return table->log2_size < 16 ? load<std::int16_t>(index, place)
                               : load<std::int32_t>(index, place);
}

void set_row(Table* table, std::size_t place, std::int32_t row) {
  auto* const index = reinterpret_cast<std::byte*>(table + 1);
  if (table->log2_size < 8) {
    store<std::int8_t>(index, place, row);
  } else if (table->log2_size < 16) {
    store<std::int16_t>(index, place, row);
  } else {
    store<std::int32_t>(index, place, row);
  }
}

/// The places of the index in which an entry with this hash may be noted, in CPython's order.
class Probe {
 public:
  Probe(const Table* table, std::int64_t hash)
      : mask_(table->index_size() - 1),
        perturb_(static_cast<std::uint64_t>(hash)),
        place_(perturb_ & mask_) {}

  [[nodiscard]] std::size_t place() const { return place_; }

  void advance() {
    perturb_ >>= kPerturbShift;
    place_ = (place_ * 5 + perturb_ + 1) & mask_;
  }

 private:
  std::size_t mask_;
  std::uint64_t perturb_;
  std::size_t place_;
};

void note_row(Table* table, std::int64_t hash, std::int32_t row) {
  Probe probe(table, hash);
  while (row_at(table, probe.place()) >= 0) {
    probe.advance();
  }
  set_row(table, probe.place(), row);
}

Table* make_table(Object* owner, std::uint64_t log2_size) {
  if (log2_size > kLargestLog2) {
    throw Error(ErrorKind::kUsage, "a dict or set has more entries than it can have");
  }
  Table shape;
  shape.log2_size = log2_size;
  auto* const table = static_cast<Table*>(allocate_buffer(owner, shape.bytes()));
  *table = shape;
  std::memset(static_cast<void*>(table + 1), 0xFF, shape.index_bytes());  // kNoRow in any width.
  return table;
}

void release_table(Object* owner, Table* table) {
  release_buffer(owner, table, table->bytes());
}

/// Moves the entries to a table of the size that CPython takes: three times what lives.
void grow(TableObject* object) {
  std::uint64_t log2_size = kSmallestLog2;
  while ((std::uint64_t{1} << log2_size) < object->live * 3) {
    ++log2_size;
  }
  Table* const table = make_table(object, log2_size);
  Table* const old = std::exchange(object->table, table);
  if (old == nullptr) {
    return;
  }
  for (std::size_t row = 0; row < old->entry_count; ++row) {
    const TableEntry& entry = old->entries()[row];
    if (entry.key != nullptr) {
      note_row(table, entry.hash, static_cast<std::int32_t>(table->entry_count));
      table->entries()[table->entry_count++] = entry;
    }
  }
  release_table(object, old);
}

std::optional<std::size_t> find_place(TableObject* object, Object* key, std::int64_t hash) {
  Table* const table = object->table;
  for (Probe probe(table, hash);; probe.advance()) {
    const std::int32_t row = row_at(table, probe.place());
    if (row == kNoRow) {
      return std::nullopt;
    }
    if (row != kDeletedRow) {
      const TableEntry& entry = table->entries()[row];
      if (entry.key == key || (entry.hash == hash && equal_keys(entry.key, key))) {
        return probe.place();
      }
    }
  }
}

}  // namespace

TableEntry* find_entry(TableObject* object, Object* key) {
  const std::int64_t hash = hash_of(key);
  if (object->table == nullptr) {
    return nullptr;
  }
  const auto place = find_place(object, key, hash);
  return place ? object->table->entries() + row_at(object->table, *place) : nullptr;
}

void insert_entry(TableObject* object, Object* key, Object* value) {
  const std::int64_t hash = hash_of(key);
  if (object->table == nullptr || object->table->entry_count == object->table->capacity()) {
    grow(object);
  }
  Table* const table = object->table;
  note_row(table, hash, static_cast<std::int32_t>(table->entry_count));
  retain(key);
  retain(value);
  table->entries()[table->entry_count++] = {hash, key, value};
  ++object->live;
  ++object->version;
}

TableEntry take_entry(TableObject* object, TableEntry* entry) {
  const auto place = find_place(object, entry->key, entry->hash);
  set_row(object->table, place.value(), kDeletedRow);
  --object->live;
  ++object->version;
  return std::exchange(*entry, TableEntry{});
}

void clear_table(TableObject* object) {
  Table* const table = std::exchange(object->table, nullptr);
  object->live = 0;
  ++object->version;
  if (table == nullptr) {
    return;
  }
  for (std::size_t row = 0; row < table->entry_count; ++row) {
    drop(table->entries()[row].key);
    drop(table->entries()[row].value);
  }
  release_table(object, table);
}

}  // namespace heapscan::dump::runtime
