#include "dump/cpython/graph/graph_writer.h"

#include <map>
#include <utility>

#include "dump/cpython/graph/reference_writer.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/builtin/types.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/object_size.h"
#include "dump/cpython/objects/reference_walk.h"
#include "dump/cpython/objects/value_preview.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::uint8_t kUntracked = 0xFF;
constexpr std::size_t kLongestPath = 1000;
constexpr std::uint64_t kFinalized = 1;  // Bit of _gc_prev.

}  // namespace

GraphWriter::GraphWriter(const ObjectReader& reader,
                         TypeTable& types,
                         const FoundObjects& found,
                         HeapBuilder& heap)
    : reader_(reader), types_(types), found_(found), heap_(heap) {}

const TypeInfo* GraphWriter::type_of(Address object) {
  return types_.find(reader_.pointer(object + offset::kType));
}

ObjectFlags GraphWriter::object_flags(Address address, const TypeInfo& type) const {
  ObjectFlags flags;
  const std::uint8_t generation = generations_[*found_.objects.row(address)];
  if (generation != kUntracked) {
    flags.set(ObjectFlags::kGcTracked).set_generation(generation);
  }
  const bool finalized =
      type.has_gc &&
      (reader_.word(address - offset::kGcHeadSize + offset::kGcPrevious) & kFinalized) != 0;
  if (type.has_finalizer && !finalized) {
    flags.set(ObjectFlags::kHasFinalizer);
  }
  if (found_.unreferenced.contains(address)) {
    flags.set(ObjectFlags::kUnenumerated);
  }
  if (type.scan_end > type.scan_begin) {
    flags.set(ObjectFlags::kConservative);
  }
  if (type.weaklist_offset != 0 &&
      reader_.pointer(address + static_cast<std::uint64_t>(type.weaklist_offset))) {
    flags.set(ObjectFlags::kHasWeakrefs);
  }
  const bool static_type = type.is_type && !is_heap_type(reader_, address);
  const bool static_object = reader_.layout().immortality == Immortality::kLargeCount &&
                             reader_.is_immortal(reader_.refcount(address));
  if (static_type || static_object || type.singletons) {
    flags.set(ObjectFlags::kStaticStorage);
  }
  return flags;
}

void GraphWriter::write_object(Address address, bool values) {
  const TypeInfo& type = *type_of(address);
  const std::uint64_t count = reader_.refcount(address);
  // The counts of None, True, ... are wrong: code compiled into the interpreter refers to them
  // without counting.
  const bool immortal = reader_.is_immortal(count) || type.singletons;
  const ObjectFlags flags = object_flags(address, type);
  const PendingObject row = heap_.add_object({.address = address.value(),
                                              .type = type_rows_[type.row],
                                              .size = object_size(reader_, address, type),
                                              .refcount = immortal ? kImmortal : count,
                                              .flags = flags});
  if (const auto name = name_preview(reader_, address, type)) {
    heap_.set_value(row, *name);
  } else if (values || found_.variable_names.contains(address)) {
    if (const auto value = value_preview(reader_, address, type)) {
      heap_.set_value(row, *value);
    }
  }
  if (const std::uint64_t hash = content_hash(reader_, address, type); hash != 0) {
    heap_.set_content_hash(row, hash);
  }
  if (immortal || flags.has(ObjectFlags::kStaticStorage)) {
    heap_.add_root(RootKind::kBuiltin, row, StringId::none(), true);
  }
}

void GraphWriter::write_objects(const std::vector<TrackedObject>& tracked, bool values) {
  // Measured programs have about twice as many references as objects.
  heap_.reserve(found_.objects.size(), found_.objects.size() * 2);
  generations_.assign(found_.objects.size(), kUntracked);
  for (const TrackedObject& object : tracked) {
    if (const auto row = found_.objects.row(object.object)) {
      generations_[*row] = static_cast<std::uint8_t>(object.generation);
    }
  }
  for (const auto& type : types_.types()) {
    type_rows_.push_back(heap_.add_type(type->name));
  }
  found_.objects.for_each([&](Address address) { write_object(address, values); });
  heap_.facts().bad_references = found_.bad_references;
}

/// tracemalloc records lines, and nothing about functions.
void GraphWriter::write_sites(const AllocationTraces& traces) {
  if (traces.empty()) {
    return;
  }
  std::map<std::pair<Address, std::uint32_t>, SiteId> sites;
  std::uint32_t row = 0;
  found_.objects.for_each([&](Address address) {
    const PendingObject object(row++);
    const auto line = traces.find(address - bytes_before(*type_of(address)));
    if (!line) {
      return;
    }
    const auto [site, added] = sites.try_emplace({line->file, line->line}, SiteId::none());
    if (added) {
      site->second =
          heap_.add_site({.function = heap_.intern(""),
                          .file = heap_.intern(read_text(reader_, line->file, kLongestPath)),
                          .line = line->line});
    }
    heap_.set_site(object, site->second);
  });
}

void GraphWriter::write_references() {
  ReferenceWriter writer(reader_, found_, heap_);
  TableOwners owners = found_.table_owners;
  const WalkContext context = {reader_, &owners};
  std::uint32_t row = 0;
  found_.objects.for_each([&](Address address) {
    const TypeInfo& type = *type_of(address);
    writer.set_source(PendingObject(row++), address, type);
    if (!found_.is_interned_table(address)) {
      walk_references(context, address, type, writer);
    }
  });
  for (const auto& type : types_.types()) {
    if (const auto object = found_.objects.row(type->address)) {
      heap_.set_type_object(type_rows_[type->row], PendingObject(*object));
    }
  }
}

void GraphWriter::write_interned_tables() {
  for (const Address table : found_.interned_tables) {
    if (const auto row = found_.objects.row(table)) {
      heap_.add_root(RootKind::kInterpreter, PendingObject(*row), heap_.intern("interned texts"),
                     true);
    }
  }
}

/// A variable that points to an object need not count it, so these are only possible roots: they
/// tell which file's variables hold an object with more references than the dump explains.
void GraphWriter::add_roots_in_static_data(const std::vector<StaticData>& data,
                                           std::vector<Root>& possible) {
  for (const StaticData& variables : data) {
    const StringId label = heap_.intern("variable of " + variables.file);
    for (Address place = variables.range.begin; place + 8 <= variables.range.end; place += 8) {
      const Address object = reader_.pointer(place);
      const auto row = found_.objects.row(object);
      if (row && !reader_.is_immortal(reader_.refcount(object))) {
        possible.push_back({ObjectId(*row), label, RootKind::kNative, false, 0});
      }
    }
  }
}

std::vector<Root> GraphWriter::write_roots(const std::vector<FoundRoot>& roots,
                                           const std::vector<StaticData>& data) {
  std::vector<Root> possible;
  write_interned_tables();
  for (const FoundRoot& root : roots) {
    const auto row = found_.objects.row(root.object);
    if (!row) {
      continue;
    }
    const StringId label = heap_.intern(root.label);
    if (root.possible) {
      // Objects are written in address order, like in the heap.
      possible.push_back({ObjectId(*row), label, root.kind, false, 0});
    } else {
      heap_.add_root(root.kind, PendingObject(*row), label, root.counted);
    }
  }
  add_roots_in_static_data(data, possible);
  return possible;
}

}  // namespace heapscan::dump::cpython
