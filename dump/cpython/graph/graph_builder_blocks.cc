#include "dump/cpython/graph/graph_builder.h"
#include "dump/cpython/objects/dict_reader.h"
#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/object_size.h"
#include "dump/cpython/objects/text_reader.h"

// The parts of the passes that look for what only C code holds: in its static variables, and in the
// allocator's blocks for objects which nothing refers to.
namespace heapscan::dump::cpython {
namespace {

/// A block of something else may begin with an address, which in a program that is not relocated is
/// no larger than a count may be.
bool counts_references(const ObjectReader& reader, std::uint64_t object) {
  return reader.bytes(reader.pointer(object + offset::kRefcount), 1) == nullptr;
}

/// Whether an object takes a block of this size, counted from `before` bytes in front of it. The
/// allocator leaves an object that shrinks where it is as long as it fills three quarters.
bool fits_block(const ObjectReader& reader,
                std::uint64_t object,
                const TypeInfo& type,
                std::uint64_t before,
                std::uint32_t block_size) {
  const SizeRule rule = type.layout->size;
  std::uint64_t size = type.basic_size + before;
  if (rule == SizeRule::kText || rule == SizeRule::kInt) {
    size = object_size(reader, object, type);
  } else if (type.item_size != 0) {
    const auto items = reader.read_or<std::int64_t>(object + offset::kSize, 0);
    if (items < 0 || static_cast<std::uint64_t>(items) > block_size) {
      return false;
    }
    size += static_cast<std::uint64_t>(items) * type.item_size;
  } else {
    return size <= block_size && size + 16 > block_size;
  }
  return size <= block_size && (size * 4 > std::uint64_t{block_size} * 3 || size + 16 > block_size);
}

/// Whether this is the table of interned texts: a dict of texts that are each their own value. Its
/// references do not count, and it lets go of a text when nothing else holds it.
bool is_like_table_of_interned(const ObjectReader& reader, std::uint64_t dict) {
  constexpr std::uint64_t kLeastEntries = 100;
  const DictKeys keys(reader, reader.pointer(dict + offset::kDictKeys));
  std::uint64_t seen = 0;
  for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
    const std::uint64_t key = keys.key(entry);
    if (key == 0 || keys.value(entry) == 0) {
      continue;
    }
    const auto text = read_text_object(reader, key);
    if (keys.value(entry) != key || !text || !text->interned) {
      return false;
    }
    if (++seen == kLeastEntries) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::uint64_t GraphBuilder::object_in_block(std::uint64_t block, std::uint32_t size) {
  // What lies before an object depends on its type: nothing, its PyGC_Head, or a managed dict too.
  std::uint64_t found = 0;
  for (const std::uint64_t before :
       {std::uint64_t{0}, offset::kGcHeadSize, offset::kGcHeadSize + offset::kManagedHeaderSize}) {
    const std::uint64_t object = block + before;
    if (before + 2 * sizeof(std::uint64_t) > size) {
      break;
    }
    if (objects_.contains(object)) {
      return 0;
    }
    // A type that has instances is known by now: it is in the list of its base.
    const std::uint64_t type_address = reader_.pointer(object + offset::kType);
    const TypeInfo* const metatype =
        objects_.contains(type_address) ? type_of(type_address) : nullptr;
    if (metatype == nullptr || !metatype->is_type) {
      continue;
    }
    const TypeInfo* const type = types_.find(type_address);
    if (type != nullptr && bytes_before(*type) == before && is_plausible(object, *type) &&
        counts_references(reader_, object) && fits_block(reader_, object, *type, before, size)) {
      found = object;
    }
  }
  return found;
}

void GraphBuilder::find_unreferenced(const ObjectAllocator& allocator) {
  std::vector<std::uint64_t> blocks;
  for (const AllocatorPool& pool : allocator.pools()) {
    allocator.allocated_blocks(pool, blocks);
    for (const std::uint64_t block : blocks) {
      const std::uint64_t object = object_in_block(block, pool.block_size);
      if (object == 0 || !admit(object)) {
        continue;
      }
      unreferenced_.insert(object);
      if (type_of(object)->name == "dict" && is_like_table_of_interned(reader_, object)) {
        add_table_of_interned(object);
      }
      follow();  // What it refers to is found, and is not unreferenced, even if it was so far.
    }
  }
}

/// A variable that points to an object need not count it, so these are possible roots only: they
/// tell which file's variables hold what has more references than the dump explains.
void GraphBuilder::add_roots_in_static_data(HeapBuilder& heap) {
  for (const StaticData& data : data_) {
    const StringId label = heap.intern("variable of " + data.file);
    for (std::uint64_t place = data.range.begin; place + 8 <= data.range.end; place += 8) {
      const auto row = objects_.row(reader_.pointer(place));
      if (row && !reader_.is_immortal(reader_.refcount(reader_.pointer(place)))) {
        possible_roots_.push_back({ObjectId(*row), label, RootKind::kNative, false, 0});
      }
    }
  }
}

}  // namespace heapscan::dump::cpython
