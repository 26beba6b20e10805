#include <unordered_set>
#include <vector>

#include "dump/cpython/objects/dict_reader.h"
#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/object_size.h"
#include "dump/cpython/objects/reference_walker.h"

namespace heapscan::dump::cpython {
namespace {

/// More elements than any container of a 64-bit program can have: a damaged count.
constexpr std::uint64_t kMostElements = std::uint64_t{1} << 40U;

}  // namespace

void ReferenceWalker::walk_items(std::uint64_t items,
                                 std::uint64_t count,
                                 ReferenceVisitor& visitor) const {
  if (items == 0 || count > kMostElements) {
    return;
  }
  for (std::uint64_t item = 0; item < count; ++item) {
    const auto target = reader_.read<std::uint64_t>(items + item * 8);
    if (!target) {
      return;  // The array ends outside what was copied.
    }
    if (*target != 0) {
      visitor.placed(*target, ReferenceKind::kItem, item);
    }
  }
}

void ReferenceWalker::walk_dict(std::uint64_t dict, ReferenceVisitor& visitor) const {
  const DictKeys keys(reader_, reader_.pointer(dict + offset::kDictKeys));
  if (!keys.valid()) {
    return;
  }
  const std::uint64_t values = split_values(reader_, dict);
  if (values != 0 && reader_.layout().instances == InstanceForm::kInlineValues &&
      reader_.read_or<std::uint8_t>(
          values - reader_.layout().values.items + reader_.layout().values.embedded, 0) != 0) {
    return;  // An instance holds them.
  }
  if (values != 0 && reader_.layout().instances == InstanceForm::kOwnDict && owners_ != nullptr &&
      owners_->owner(reader_.pointer(dict + offset::kDictKeys), dict) == dict) {
    walk_attribute_names(keys, visitor);
  }
  for (std::uint64_t entry = 0; entry < keys.entry_count(); ++entry) {
    const std::uint64_t key = keys.key(entry);
    // The keys of a split table belong to the table, which the type holds, not to the dict.
    const std::uint64_t value =
        values != 0 ? reader_.pointer(values + entry * 8) : keys.value(entry);
    if (value == 0 || key == 0) {
      continue;
    }
    if (values == 0) {
      visitor.placed(key, ReferenceKind::kKey, entry);
    }
    visitor.value(value, key);
  }
}

void ReferenceWalker::walk_ordered_dict(std::uint64_t dict, ReferenceVisitor& visitor) const {
  walk_dict(dict, visitor);
  named(dict + offset::kOrderedDictInstanceDict, ReferenceKind::kAttribute, "__dict__", visitor);
  // The list that keeps the order counts each key once more. It has no more nodes than the table
  // has entries, whatever damage its links have.
  const DictKeys keys(reader_, reader_.pointer(dict + offset::kDictKeys));
  std::uint64_t node = reader_.pointer(dict + offset::kOrderedDictFirst);
  for (std::uint64_t step = 0; node != 0 && step < keys.entry_count(); ++step) {
    named(node + offset::kOrderedDictNodeKey, ReferenceKind::kInternal, "order", visitor);
    node = reader_.pointer(node + offset::kOrderedDictNodeNext);
  }
}

void ReferenceWalker::walk_set(std::uint64_t set, ReferenceVisitor& visitor) const {
  const std::uint64_t mask = reader_.pointer(set + offset::kSetMask);
  const std::uint64_t table = reader_.pointer(set + offset::kSetTable);
  if (table == 0 || mask > kMostElements) {
    return;
  }
  for (std::uint64_t entry = 0; entry <= mask; ++entry) {
    const auto key = reader_.read<std::uint64_t>(table + entry * offset::kSetEntrySize);
    if (!key) {
      return;
    }
    // A deleted entry keeps a pointer to a marker and the hash -1, which no object has.
    const auto hash = reader_.read_or<std::int64_t>(table + entry * offset::kSetEntrySize + 8, -1);
    if (*key != 0 && hash != -1) {
      visitor.placed(*key, ReferenceKind::kItem, entry);
    }
  }
}

void ReferenceWalker::walk_deque(std::uint64_t deque, ReferenceVisitor& visitor) const {
  const std::uint64_t count = reader_.pointer(deque + offset::kSize);
  std::uint64_t block = reader_.pointer(deque + offset::kDequeLeftBlock);
  std::uint64_t place = reader_.pointer(deque + offset::kDequeLeftIndex);
  for (std::uint64_t item = 0; item < count && block != 0; ++item, ++place) {
    if (place == offset::kDequeBlockLength) {
      block = reader_.pointer(block + offset::kDequeBlockRight);
      place = 0;
    }
    const auto target = reader_.read<std::uint64_t>(block + offset::kDequeBlockItems + place * 8);
    if (!target) {
      return;
    }
    if (*target != 0) {
      visitor.placed(*target, ReferenceKind::kItem, item);
    }
  }
}

void ReferenceWalker::walk_lru_cache(std::uint64_t cache, ReferenceVisitor& visitor) const {
  // A ring of links through the cache object itself; each link counts one reference for its place
  // in the ring beside the one of the cache's dict. The dict's size bounds a damaged ring.
  const std::uint64_t dict = reader_.pointer(cache + offset::kLruCacheDict);
  const std::uint64_t most = reader_.pointer(dict + offset::kSize);
  std::uint64_t link = reader_.pointer(cache + offset::kLruNext);
  for (std::uint64_t step = 0; link != 0 && link != cache && step < most; ++step) {
    visitor.placed(link, ReferenceKind::kItem, step);
    link = reader_.pointer(link + offset::kLruNext);
  }
}

void ReferenceWalker::walk_date_time(std::uint64_t object,
                                     const TypeInfo& type,
                                     ReferenceVisitor& visitor) const {
  // The pointer is there only in objects that were made with room for it.
  if (reader_.read_or<std::uint8_t>(object + offset::kHasTimeZone, 0) != 0) {
    named(object + type.layout->basic_size - 8, ReferenceKind::kAttribute, "tzinfo", visitor);
  }
}

void ReferenceWalker::walk_xml_element(std::uint64_t object, ReferenceVisitor& visitor) const {
  // A list of texts that are still to be joined has the lowest bit of its address set.
  constexpr std::uint64_t kJoinBit = 1;
  const auto text = [&](std::uint64_t place, std::string_view name) {
    if (const std::uint64_t target = reader_.pointer(object + place) & ~kJoinBit; target != 0) {
      visitor.named(target, ReferenceKind::kAttribute, name);
    }
  };
  text(offset::kElementText, "text");
  text(offset::kElementTail, "tail");
  const std::uint64_t extra = reader_.pointer(object + offset::kElementExtra);
  if (extra != 0) {
    named(extra + offset::kElementExtraAttributes, ReferenceKind::kAttribute, "attrib", visitor);
    walk_items(reader_.pointer(extra + offset::kElementExtraChildren),
               reader_.pointer(extra + offset::kElementExtraLength), visitor);
  }
}

/// An array of objects holds them; one of records may have objects in each, at places that only its
/// descriptor's fields tell.
void ReferenceWalker::walk_numpy_array(std::uint64_t array, ReferenceVisitor& visitor) const {
  const std::uint64_t descriptor = reader_.pointer(array + offset::kNumpyDescriptor);
  const auto flags = reader_.read_or<std::uint8_t>(descriptor + offset::kNumpyItemFlags, 0);
  const std::uint64_t data = reader_.pointer(array + offset::kNumpyData);
  const std::uint64_t size = numpy_data_size(reader_, array);
  if ((flags & offset::kNumpyItemsCount) == 0 || reader_.bytes(data, size) == nullptr) {
    return;
  }
  if (reader_.read_or<std::uint32_t>(descriptor + offset::kNumpyTypeNumber, 0) ==
      offset::kNumpyObject) {
    walk_items(data, size / 8, visitor);
  } else {
    scan(data, data + size, 0, visitor);
  }
}

/// A profiler keeps an entry for each function that it saw, in a binary tree; a damaged one may
/// have cycles, which no more entries than memory has room for can be on.
void ReferenceWalker::walk_profiler(std::uint64_t profiler, ReferenceVisitor& visitor) const {
  std::unordered_set<std::uint64_t> seen;
  std::vector<std::uint64_t> pending = {reader_.pointer(profiler + offset::kProfilerEntries)};
  while (!pending.empty()) {
    const std::uint64_t entry = pending.back();
    pending.pop_back();
    if (reader_.bytes(entry, offset::kProfilerEntrySize) == nullptr || !seen.insert(entry).second) {
      continue;
    }
    named(entry + offset::kProfilerEntryFunction, ReferenceKind::kInternal, "function", visitor);
    pending.push_back(reader_.pointer(entry + offset::kProfilerEntryLeft));
    pending.push_back(reader_.pointer(entry + offset::kProfilerEntryRight));
  }
}

}  // namespace heapscan::dump::cpython
