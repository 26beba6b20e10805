#include "dump/cpython/graph/object_finder.h"

#include <utility>

#include "dump/cpython/graph/plausibility.h"
#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/object_size.h"
#include "dump/cpython/objects/reference_walk.h"
#include "dump/error.h"

namespace heapscan::dump::cpython {

/// Every target of a reference is an object to be found.
class ObjectFinder::Visitor : public ReferenceVisitor {
 public:
  explicit Visitor(ObjectFinder& finder) : finder_(finder) {}

  void named(Address target, const Label& label) override {
    if (label.role != Role::kNone) {
      note_role(target, label.role);
    }
    find(target);
  }

  void named_by(Address target, ReferenceKind /*kind*/, Address /*name*/) override { find(target); }

  void placed(Address target, ReferenceKind kind, std::uint64_t /*position*/) override {
    if (kind == ReferenceKind::kConservative) {
      finder_.count_reference();
      finder_.admit_if_plausible(target);
      finder_.found_.unreferenced.erase(target);
    } else {
      find(target);
    }
  }

  void value(Address target, Address key) override {
    find(target);
    find(key);  // A key that only its table counts is an object too.
  }

  void type(Address target) override { find(target); }

  void weak(Address target) override { find(target); }

 private:
  void find(Address target) {
    finder_.count_reference();
    finder_.found_.bad_references += finder_.admit(target) ? 0 : 1;
    if (!finder_.found_.unreferenced.empty()) {
      finder_.found_.unreferenced.erase(target);
    }
  }

  void note_role(Address target, Role role) {
    if (role == Role::kNamespace && !finder_.values_) {
      finder_.namespaces_.insert(target);
    } else if (role == Role::kCode) {
      code_ = target;
    } else if (role == Role::kClosure) {
      finder_.found_.code_of_closure.emplace(target, code_);
    }
  }

  ObjectFinder& finder_;
  Address code_;
};

ObjectFinder::ObjectFinder(const ObjectReader& reader, TypeTable& types, bool values)
    : reader_(reader), types_(types), values_(values), found_(reader.image()) {
  // A reference takes a word, and a word is hardly ever read for more than two references.
  for (const MemoryImage::Range& range : reader.image().ranges()) {
    references_left_ += (range.end - range.begin) / 4;
  }
}

void ObjectFinder::count_reference() {
  if (references_left_-- == 0) {
    throw Error(ErrorKind::kTarget,
                "the objects have more references than fit in their memory: the memory is "
                "damaged");
  }
}

const TypeInfo* ObjectFinder::type_of(Address object) {
  return types_.find(reader_.pointer(object + offset::kType));
}

bool ObjectFinder::admit(Address address) {
  // Adding an object adds its type, and the type of that, up to one that is known or its own type.
  const Address wanted = address;
  while (!found_.objects.contains(address)) {
    const TypeInfo* const type = type_of(address);
    if (type == nullptr || !found_.objects.insert(address)) {
      return address != wanted;
    }
    pending_.push_back(address);
    address = type->address;
  }
  return true;
}

bool ObjectFinder::admit_if_plausible(Address address) {
  if (found_.objects.contains(address)) {
    return true;
  }
  const TypeInfo* const type = type_of(address);
  return type != nullptr && is_plausible(reader_, address, *type) && admit(address);
}

void ObjectFinder::follow() {
  Visitor visitor(*this);
  const WalkContext context = {reader_, &found_.table_owners};
  while (!pending_.empty()) {
    const Address object = pending_.back();
    pending_.pop_back();
    if (!found_.is_interned_table(object)) {
      walk_references(context, object, *type_of(object), visitor);
    }
  }
}

/// Interpreters may share one.
void ObjectFinder::add_interned_table(Address dict) {
  if (!found_.is_interned_table(dict)) {
    found_.interned_tables.push_back(dict);
  }
}

/// Classes come before dicts, which own only tables that no class holds.
void ObjectFinder::find_table_owners(const std::vector<TrackedObject>& tracked) {
  for (const TrackedObject& object : tracked) {
    const TypeInfo* const type = type_of(object.object);
    if (type != nullptr && type->is_type) {
      found_.table_owners.owner(
          reader_.pointer(object.object + reader_.layout().type.heap_cached_keys), object.object);
    }
  }
}

Address ObjectFinder::object_in_block(Address block, std::uint32_t size) {
  // What precedes an object depends on its type: nothing, its PyGC_Head, or a managed dict too.
  Address found;
  for (const std::uint64_t before :
       {std::uint64_t{0}, offset::kGcHeadSize, offset::kGcHeadSize + offset::kManagedHeaderSize}) {
    const Address object = block + before;
    if (before + 2 * sizeof(std::uint64_t) > size) {
      break;
    }
    if (found_.objects.contains(object)) {
      return {};
    }
    // A type that has instances is known by now: it is in the list of subclasses of its base.
    const Address type_address = reader_.pointer(object + offset::kType);
    const TypeInfo* const metatype =
        found_.objects.contains(type_address) ? type_of(type_address) : nullptr;
    if (metatype == nullptr || !metatype->is_type) {
      continue;
    }
    const TypeInfo* const type = types_.find(type_address);
    if (type != nullptr && bytes_before(*type) == before && is_plausible(reader_, object, *type) &&
        fits_block(reader_, object, *type, before, size)) {
      found = object;
    }
  }
  return found;
}

void ObjectFinder::find_unreferenced(const ObjectAllocator& allocator) {
  std::vector<Address> blocks;
  for (const AllocatorPool& pool : allocator.pools()) {
    allocator.allocated_blocks(pool, blocks);
    for (const Address block : blocks) {
      const Address object = object_in_block(block, pool.block_size);
      if (!object || !admit(object)) {
        continue;
      }
      found_.unreferenced.insert(object);
      if (type_of(object)->name == "dict" && is_like_interned_table(reader_, object)) {
        add_interned_table(object);
      }
      follow();  // Finds what it refers to; that is no longer unreferenced.
    }
  }
}

void ObjectFinder::collect_variable_names() {
  for (const Address dict : namespaces_) {
    const DictKeys keys(reader_, reader_.pointer(dict + offset::kDictKeys));
    for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
      found_.variable_names.insert(keys.key(entry));
    }
  }
}

FoundObjects ObjectFinder::find(const std::vector<TrackedObject>& tracked,
                                const std::vector<FoundRoot>& roots,
                                const ObjectAllocator& allocator) {
  if (reader_.layout().instances == InstanceForm::kOwnDict) {
    find_table_owners(tracked);
  }
  for (const Address interpreter : reader_.interpreters()) {
    if (const std::uint32_t at = reader_.layout().interpreter.interned_texts; at != 0) {
      add_interned_table(reader_.pointer(interpreter + at));
    }
  }
  for (const TrackedObject& object : tracked) {
    found_.bad_references += admit(object.object) ? 0 : 1;
    follow();
  }
  for (const FoundRoot& root : roots) {
    if (root.possible) {
      admit_if_plausible(root.object);
    } else {
      found_.bad_references += admit(root.object) ? 0 : 1;
    }
    follow();
  }
  find_unreferenced(allocator);
  collect_variable_names();
  found_.objects.number();
  return std::move(found_);
}

}  // namespace heapscan::dump::cpython
