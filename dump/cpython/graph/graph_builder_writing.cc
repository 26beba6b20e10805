#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "dump/cpython/graph/graph_builder.h"
#include "dump/cpython/objects/code_reader.h"
#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/object_size.h"
#include "dump/cpython/objects/text_reader.h"
#include "dump/cpython/objects/value_preview.h"

// The second pass: what was found is written, objects first, then the references of one after
// another, then the roots.
namespace heapscan::dump::cpython {
namespace {

constexpr std::uint8_t kUntracked = 0xFF;
constexpr std::size_t kLongestName = 1000;
constexpr std::uint64_t kFinalized = 1;  // Bit of _gc_prev.

std::uint32_t to_position(std::uint64_t position) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(position, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

class GraphBuilder::Writer : public ReferenceVisitor {
 public:
  Writer(GraphBuilder& builder, HeapBuilder& heap) : builder_(builder), heap_(heap) {}

  void set_source(PendingObject source, std::uint64_t address, const TypeInfo& type) {
    source_ = source;
    variables_.clear();
    if (type.layout->shape != Shape::kTuple) {
      return;
    }
    const auto closure = builder_.code_of_closure_.find(address);
    if (closure != builder_.code_of_closure_.end()) {
      variables_ = CodeReader(builder_.reader_, closure->second).free_variables();
    }
  }

  void named(std::uint64_t target, ReferenceKind kind, std::string_view name) override {
    if (const PendingObject to = row(target); to.has_value()) {
      add_named(to, kind, fixed_name(name));
    }
  }

  void named_by(std::uint64_t target, ReferenceKind kind, std::uint64_t name) override {
    if (const PendingObject to = row(target); to.has_value()) {
      add_named(to, kind, program_name(name));
    }
  }

  void placed(std::uint64_t target, ReferenceKind kind, std::uint64_t position) override {
    const PendingObject to = row(target);
    if (!to.has_value()) {
      return;
    }
    if (position < variables_.size()) {
      heap_.add_cell(source_, to, program_name(variables_[position]));
    } else if (kind == ReferenceKind::kItem) {
      heap_.add_item(source_, to, to_position(position));
    } else if (kind == ReferenceKind::kKey) {
      heap_.add_key(source_, to, to_position(position));
    } else {
      heap_.add_conservative(source_, to, to_position(position));
    }
  }

  void value(std::uint64_t target, std::uint64_t key) override {
    const PendingObject to = row(target);
    const PendingObject by = row(key);
    if (to.has_value() && by.has_value()) {
      heap_.add_value(source_, to, by);
    }
  }

  void type(std::uint64_t target) override {
    if (const PendingObject to = row(target); to.has_value()) {
      heap_.add_type_reference(source_, to);
    }
  }

  void weak(std::uint64_t target) override {
    if (const PendingObject to = row(target); to.has_value()) {
      heap_.add_weak(source_, to, StringId::none());
    }
  }

 private:
  [[nodiscard]] PendingObject row(std::uint64_t address) const {
    const auto found = builder_.objects_.row(address);
    return found ? PendingObject(*found) : PendingObject::none();
  }

  void add_named(PendingObject to, ReferenceKind kind, StringId name) {
    if (kind == ReferenceKind::kAttribute) {
      heap_.add_attribute(source_, to, name);
    } else if (kind == ReferenceKind::kLocal) {
      heap_.add_local(source_, to, name);
    } else if (kind == ReferenceKind::kCell) {
      heap_.add_cell(source_, to, name);
    } else {
      heap_.add_internal(source_, to, name);
    }
  }

  /// Names that heapscan gives are few and come again and again from the same place.
  StringId fixed_name(std::string_view name) {
    const auto found = fixed_names_.find(name.data());
    if (found != fixed_names_.end() && found->second.first == name.size()) {
      return found->second.second;
    }
    const StringId id = heap_.intern(name);
    fixed_names_[name.data()] = {name.size(), id};
    return id;
  }

  StringId program_name(std::uint64_t name) {
    const auto [found, added] = program_names_.try_emplace(name, StringId::none());
    if (added) {
      found->second = heap_.intern(read_text(builder_.reader_, name, kLongestName));
    }
    return found->second;
  }

  GraphBuilder& builder_;
  HeapBuilder& heap_;
  PendingObject source_;
  std::vector<std::uint64_t> variables_;  // Names of the source's items, when it is a closure.
  std::unordered_map<const char*, std::pair<std::size_t, StringId>> fixed_names_;
  std::unordered_map<std::uint64_t, StringId> program_names_;
};

bool GraphBuilder::keeps_value(std::uint64_t address) const {
  return values_ || variable_names_.contains(address);
}

ObjectFlags GraphBuilder::object_flags(std::uint64_t address, const TypeInfo& type) const {
  ObjectFlags flags;
  const std::uint8_t generation = generations_[*objects_.row(address)];
  if (generation != kUntracked) {
    flags.set(ObjectFlags::kGcTracked).set_generation(generation);
  }
  const bool finalized =
      type.has_gc &&
      (reader_.pointer(address - offset::kGcHeadSize + offset::kGcPrevious) & kFinalized) != 0;
  if (type.has_finalizer && !finalized) {
    flags.set(ObjectFlags::kHasFinalizer);
  }
  if (unreferenced_.contains(address)) {
    flags.set(ObjectFlags::kUnenumerated);
  }
  if (type.scan_end > type.scan_begin) {
    flags.set(ObjectFlags::kConservative);
  }
  if (type.weaklist_offset != 0 &&
      reader_.pointer(address + static_cast<std::uint64_t>(type.weaklist_offset)) != 0) {
    flags.set(ObjectFlags::kHasWeakrefs);
  }
  const bool static_type =
      type.is_type && (reader_.pointer(address + offset::kTypeFlags) & offset::kFlagHeapType) == 0;
  const bool static_object = reader_.layout().immortality == Immortality::kLargeCount &&
                             reader_.is_immortal(reader_.refcount(address));
  if (static_type || static_object || type.singletons) {
    flags.set(ObjectFlags::kStaticStorage);
  }
  return flags;
}

void GraphBuilder::write_object(std::uint64_t address, HeapBuilder& heap) {
  const TypeInfo& type = *type_of(address);
  const std::uint64_t count = reader_.refcount(address);
  // The counts of None, True, ... are off: code that was compiled into the interpreter's image
  // refers to them without counting.
  const bool immortal = reader_.is_immortal(count) || type.singletons;
  const ObjectFlags flags = object_flags(address, type);
  const PendingObject row = heap.add_object({.address = address,
                                             .type = type_rows_[type.row],
                                             .size = object_size(reader_, address, type),
                                             .refcount = immortal ? kImmortal : count,
                                             .flags = flags});
  if (const auto name = name_preview(reader_, address, type)) {
    heap.set_value(row, *name);
  } else if (keeps_value(address)) {
    if (const auto value = value_preview(reader_, address, type)) {
      heap.set_value(row, *value);
    }
  }
  if (const std::uint64_t hash = content_hash(reader_, address, type); hash != 0) {
    heap.set_content_hash(row, hash);
  }
  if (immortal || flags.has(ObjectFlags::kStaticStorage)) {
    heap.add_root(RootKind::kBuiltin, row, StringId::none(), true);
  }
}

void GraphBuilder::write_roots(const std::vector<FoundRoot>& roots, HeapBuilder& heap) {
  for (const std::uint64_t table : interned_texts_) {
    if (const auto row = objects_.row(table)) {
      heap.add_root(RootKind::kInterpreter, PendingObject(*row), heap.intern("interned texts"),
                    true);
    }
  }
  for (const FoundRoot& root : roots) {
    const auto row = objects_.row(root.object);
    if (!row) {
      continue;
    }
    const StringId label = heap.intern(root.label);
    if (root.possible) {
      // Objects are written in the order of their addresses, which is that of the heap.
      possible_roots_.push_back({ObjectId(*row), label, root.kind, false, 0});
    } else {
      heap.add_root(root.kind, PendingObject(*row), label, root.counted);
    }
  }
}

/// tracemalloc knows lines; of functions it knows nothing.
void GraphBuilder::write_sites(const AllocationTraces& traces, HeapBuilder& heap) {
  std::map<std::pair<std::uint64_t, std::uint32_t>, SiteId> sites;
  std::uint32_t row = 0;
  objects_.for_each([&](std::uint64_t address) {
    const PendingObject object(row++);
    const auto line = traces.find(address - bytes_before(*type_of(address)));
    if (!line) {
      return;
    }
    const auto [site, added] = sites.try_emplace({line->file, line->line}, SiteId::none());
    if (added) {
      site->second =
          heap.add_site({.function = heap.intern(""),
                         .file = heap.intern(read_text(reader_, line->file, kLongestName)),
                         .line = line->line});
    }
    heap.set_site(object, site->second);
  });
}

void GraphBuilder::write(const std::vector<TrackedObject>& tracked,
                         const std::vector<FoundRoot>& roots,
                         const AllocationTraces& traces,
                         HeapBuilder& heap) {
  // References are about twice as many as objects in programs that were measured.
  heap.reserve(objects_.size(), objects_.size() * 2);
  generations_.assign(objects_.size(), kUntracked);
  for (const TrackedObject& object : tracked) {
    if (const auto row = objects_.row(object.object)) {
      generations_[*row] = static_cast<std::uint8_t>(object.generation);
    }
  }
  for (const auto& type : types_.types()) {
    type_rows_.push_back(heap.add_type(type->name));
  }
  objects_.for_each([&](std::uint64_t address) { write_object(address, heap); });
  if (!traces.empty()) {
    write_sites(traces, heap);
  }
  Writer writer(*this, heap);
  std::uint32_t row = 0;
  objects_.for_each([&](std::uint64_t address) {
    const TypeInfo& type = *type_of(address);
    writer.set_source(PendingObject(row++), address, type);
    walk(address, type, writer);
  });
  for (const auto& type : types_.types()) {
    if (const auto object = objects_.row(type->address)) {
      heap.set_type_object(type_rows_[type->row], PendingObject(*object));
    }
  }
  write_roots(roots, heap);
  add_roots_in_static_data(heap);
  heap.facts().bad_references = bad_references_;
}

}  // namespace heapscan::dump::cpython
