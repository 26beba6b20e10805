#include "dump/runtime/types/table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "dump/error.h"
#include "dump/runtime/lifetime/buffers.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/types/values.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::uint64_t kSmallestLog2 = 3;
constexpr std::uint64_t kLargestLog2 = 31;
constexpr unsigned kPerturbShift = 5;

constexpr std::int32_t kNoRow = -1;
constexpr std::int32_t kDeletedRow = -2;

/// The index, whose rows are integers of this type.
template <class Row>
class Index {
 public:
  explicit Index(Table* table) : rows_(reinterpret_cast<std::byte*>(table + 1)) {}

  [[nodiscard]] std::int32_t row_at(std::size_t place) const {
    Row row = 0;
    std::memcpy(&row, rows_ + place * sizeof(Row), sizeof(Row));
    return row;
  }

  void set_row(std::size_t place, std::int32_t row) {
    const auto narrow = static_cast<Row>(row);
    std::memcpy(rows_ + place * sizeof(Row), &narrow, sizeof(Row));
  }

 private:
  std::byte* rows_;
};

/// Returns what `use` returns for the index of the table.
template <class Use>
auto with_index(Table* table, const Use& use) {
  if (table->log2_size < 8) {
    return use(Index<std::int8_t>(table));
  }
  return table->log2_size < 16 ? use(Index<std::int16_t>(table)) : use(Index<std::int32_t>(table));
}

/// The positions of the index that may refer to an entry with this hash, in CPython's order.
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

template <class Row>
void note_row(Table* table, Index<Row>& index, std::int64_t hash, std::size_t row) {
  Probe probe(table, hash);
  while (index.row_at(probe.place()) >= 0) {
    probe.advance();
  }
  index.set_row(probe.place(), static_cast<std::int32_t>(row));
}

Table* make_table(Object* owner, std::uint64_t log2_size) {
  if (log2_size > kLargestLog2) {
    throw Error(ErrorKind::kUsage, "a dict or set cannot have more entries");
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

/// Moves the entries to a table of the size that CPython uses: three times the live entries.
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
  std::copy_if(old->entries(), old->entries() + old->entry_count, table->entries(),
               [](const TableEntry& entry) { return entry.key != nullptr; });
  table->entry_count = object->live;
  with_index(table, [table](auto index) {
    const TableEntry* const entries = table->entries();
    for (std::size_t row = 0; row < table->entry_count; ++row) {
      note_row(table, index, entries[row].hash, row);
    }
  });
  release_table(object, old);
}

bool has_key(const TableEntry& entry, Object* key, std::int64_t hash) {
  return entry.key == key || (entry.hash == hash && equal_keys(entry.key, key));
}

/// The position of an entry in the index, and its row.
struct Found {
  std::size_t place = 0;
  std::int32_t row = kNoRow;  ///< There is none.
};

Found find_row(Table* table, Object* key, std::int64_t hash) {
  return with_index(table, [table, key, hash](auto index) {
    const TableEntry* const entries = table->entries();
    for (Probe probe(table, hash);; probe.advance()) {
      const std::int32_t row = index.row_at(probe.place());
      if (row == kNoRow) {
        return Found();
      }
      if (row != kDeletedRow && has_key(entries[row], key, hash)) {
        return Found{probe.place(), row};
      }
    }
  });
}

}  // namespace

TableEntry* find_entry(TableObject* object, const TableKey& key) {
  Table* const table = object->table;
  if (table == nullptr) {
    return nullptr;
  }
  const std::int32_t row = find_row(table, key.object, key.hash).row;
  return row == kNoRow ? nullptr : table->entries() + row;
}

void insert_entry(TableObject* object, const TableKey& key, Object* value) {
  if (object->table == nullptr || object->table->entry_count == object->table->capacity()) {
    grow(object);
  }
  Table* const table = object->table;
  with_index(table,
             [table, &key](auto index) { note_row(table, index, key.hash, table->entry_count); });
  retain(key.object);
  retain(value);
  table->entries()[table->entry_count++] = {key.hash, key.object, value};
  ++object->live;
  ++object->version;
}

TableEntry take_entry(TableObject* object, TableEntry* entry) {
  Table* const table = object->table;
  const std::size_t place = find_row(table, entry->key, entry->hash).place;
  with_index(table, [place](auto index) { index.set_row(place, kDeletedRow); });
  --object->live;
  ++object->version;
  return std::exchange(*entry, TableEntry{});
}

}  // namespace heapscan::dump::runtime
