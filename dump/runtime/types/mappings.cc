#include "dump/runtime/types/mappings.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/contents.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/types/table.h"

namespace heapscan::dump::runtime {
namespace {

/// A dict is tracked once it holds something that could be part of a cycle.
void track_if_needed(Object* dict, const Object* held) {
  if (!dict->has(Object::kTracked) && held->is_container() &&
      (held->kind() != Kind::kTuple || held->has(Object::kTracked))) {
    heap_of(dict).generations.track(dict);
  }
}

TableEntry* require_entry(TableObject* object, View key, std::string_view what) {
  TableEntry* const entry = find_entry(object, TableKey(require_value(key)));
  if (entry == nullptr) {
    throw Error(ErrorKind::kUsage,
                fmt::format("the {} has no such key of type '{}'", what, key.get()->type->name));
  }
  return entry;
}

}  // namespace

namespace dict {

Ref make(ObjectHeap& heap, SourcePlace place) {
  require_thread(heap);
  return Ref::adopt(make_object<TableObject>(heap, heap.type(Kind::kDict), 0, place));
}

std::uint64_t size(View dict) {
  return expect<TableObject>(dict, Kind::kDict)->live;
}

void set(View dict, View key, View value) {
  auto* const object = expect<TableObject>(dict, Kind::kDict);
  Object* const new_value = require_value(value);
  const TableKey new_key(require_value(key));
  TableEntry* const entry = find_entry(object, new_key);
  if (entry == nullptr) {
    insert_entry(object, new_key, new_value);
    track_if_needed(object, key.get());
    track_if_needed(object, new_value);
    return;
  }
  track_if_needed(object, new_value);
  ++object->version;
  assign(entry->value, new_value);
}

Ref find(View dict, View key) {
  auto* const object = expect<TableObject>(dict, Kind::kDict);
  const TableEntry* const entry = find_entry(object, TableKey(require_value(key)));
  return entry == nullptr ? Ref() : Ref(View(entry->value));
}

Ref get(View dict, View key) {
  return Ref(View(require_entry(expect<TableObject>(dict, Kind::kDict), key, "dict")->value));
}

Ref remove(View dict, View key) {
  auto* const object = expect<TableObject>(dict, Kind::kDict);
  const TableEntry taken = take_entry(object, require_entry(object, key, "dict"));
  Ref value = Ref::adopt(taken.value);
  drop(taken.key);
  return value;
}

void clear(View dict) {
  clear_table(expect<TableObject>(dict, Kind::kDict));
}

std::vector<Ref> keys(View dict) {
  const auto* const object = expect<TableObject>(dict, Kind::kDict);
  std::vector<Ref> result;
  result.reserve(object->live);
  for (std::uint64_t row = 0; object->table != nullptr && row < object->table->entry_count; ++row) {
    Object* const key = object->table->entries()[row].key;
    if (key != nullptr) {
      result.emplace_back(View(key));
    }
  }
  return result;
}

}  // namespace dict

namespace set {

Ref make(ObjectHeap& heap, const std::vector<View>& items, SourcePlace place) {
  require_thread(heap);
  auto* const object = make_object<TableObject>(heap, heap.type(Kind::kSet), 0, place);
  heap.generations.track(object);
  Ref result = Ref::adopt(object);
  for (const View item : items) {
    add(result, item);
  }
  return result;
}

std::uint64_t size(View set) {
  return expect<TableObject>(set, Kind::kSet)->live;
}

void add(View set, View item) {
  auto* const object = expect<TableObject>(set, Kind::kSet);
  const TableKey key(require_value(item));
  if (find_entry(object, key) == nullptr) {
    insert_entry(object, key, nullptr);
  }
}

bool contains(View set, View item) {
  return find_entry(expect<TableObject>(set, Kind::kSet), TableKey(require_value(item))) != nullptr;
}

void remove(View set, View item) {
  auto* const object = expect<TableObject>(set, Kind::kSet);
  drop(take_entry(object, require_entry(object, item, "set")).key);
}

}  // namespace set

}  // namespace heapscan::dump::runtime
