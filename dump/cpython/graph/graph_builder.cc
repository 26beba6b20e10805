#include "dump/cpython/graph/graph_builder.h"

#include <algorithm>

#include "dump/cpython/objects/dict_reader.h"
#include "dump/cpython/objects/object_layout.h"
#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

/// No word that is a count is larger: what is larger is a pointer or text in freed memory.
constexpr std::uint64_t kLargestCount = std::uint64_t{1} << 40U;

constexpr std::uint64_t kLinkMask = ~std::uint64_t{3};

}  // namespace

/// First pass: every target of a reference is an object to be found.
class GraphBuilder::Finder : public ReferenceVisitor {
 public:
  explicit Finder(GraphBuilder& builder) : builder_(builder) {}

  void named(std::uint64_t target, ReferenceKind /*kind*/, std::string_view name) override {
    if (!builder_.values_ && name == "__dict__") {
      builder_.namespaces_.insert(target);
    }
    if (name == "__code__") {
      code_ = target;
    } else if (name == "__closure__") {  // Of the same function, whose code was just seen.
      builder_.code_of_closure_.emplace(target, code_);
    }
    find(target);
  }

  void named_by(std::uint64_t target, ReferenceKind /*kind*/, std::uint64_t /*name*/) override {
    find(target);
  }

  void placed(std::uint64_t target, ReferenceKind kind, std::uint64_t /*position*/) override {
    if (kind == ReferenceKind::kConservative) {
      builder_.count_reference();
      builder_.admit_if_plausible(target);
      builder_.unreferenced_.erase(target);
    } else {
      find(target);
    }
  }

  void value(std::uint64_t target, std::uint64_t key) override {
    find(target);
    find(key);  // A key that only its table counts is an object all the same.
  }

  void type(std::uint64_t target) override { find(target); }

  void weak(std::uint64_t target) override { find(target); }

 private:
  void find(std::uint64_t target) {
    builder_.count_reference();
    builder_.bad_references_ += builder_.admit(target) ? 0 : 1;
    if (!builder_.unreferenced_.empty()) {
      builder_.unreferenced_.erase(target);
    }
  }

  GraphBuilder& builder_;
  std::uint64_t code_ = 0;
};

GraphBuilder::GraphBuilder(const ObjectReader& reader,
                           TypeTable& types,
                           const std::vector<StaticData>& data,
                           bool values)
    : reader_(reader),
      types_(types),
      data_(data),
      walker_(reader, &owners_),
      values_(values),
      objects_(reader.image()) {
  // A reference takes a word, and a word is hardly ever read for more than two.
  for (const MemoryImage::Range& range : reader.image().ranges()) {
    references_left_ += (range.end - range.begin) / 4;
  }
}

void GraphBuilder::count_reference() {
  if (references_left_-- == 0) {
    throw Error(ErrorKind::kTarget,
                "the objects have more references than their memory has room for: the memory is "
                "damaged");
  }
}

const TypeInfo* GraphBuilder::type_of(std::uint64_t object) {
  return types_.find(reader_.pointer(object + offset::kType));
}

bool GraphBuilder::admit(std::uint64_t address) {
  // With an object come its type, and that one's type, up to one that is known or its own.
  const std::uint64_t wanted = address;
  while (!objects_.contains(address)) {
    const TypeInfo* const type = type_of(address);
    if (type == nullptr || !objects_.insert(address)) {
      return address != wanted;
    }
    pending_.push_back(address);
    address = type->address;
  }
  return true;
}

/// For a word that may be anything: freed memory and text must not pass for objects.
bool GraphBuilder::admit_if_plausible(std::uint64_t address) {
  if (objects_.contains(address)) {
    return true;
  }
  const TypeInfo* const type = type_of(address);
  return type != nullptr && is_plausible(address, *type) && admit(address);
}

bool GraphBuilder::is_plausible(std::uint64_t address, const TypeInfo& type) const {
  const std::uint64_t count = reader_.refcount(address);
  if (count == 0 || count > kLargestCount) {
    return false;
  }
  if (type.has_gc) {
    const std::uint64_t header = address - offset::kGcHeadSize;
    const std::uint64_t next = reader_.pointer(header + offset::kGcNext) & kLinkMask;
    if (next != 0 && (reader_.pointer(next + offset::kGcPrevious) & kLinkMask) != header) {
      return false;
    }
  }
  return true;
}

void GraphBuilder::follow() {
  Finder finder(*this);
  while (!pending_.empty()) {
    const std::uint64_t address = pending_.back();
    pending_.pop_back();
    walk(address, *type_of(address), finder);
  }
}

void GraphBuilder::walk(std::uint64_t object,
                        const TypeInfo& type,
                        ReferenceVisitor& visitor) const {
  if (!is_table_of_interned(object, type)) {
    walker_.walk(object, type, visitor);
  }
}

bool GraphBuilder::is_table_of_interned(std::uint64_t object, const TypeInfo& type) const {
  return type.layout->shape == Shape::kDict &&
         std::find(interned_texts_.begin(), interned_texts_.end(), object) != interned_texts_.end();
}

/// Interpreters may have one in common.
void GraphBuilder::add_table_of_interned(std::uint64_t dict) {
  if (std::find(interned_texts_.begin(), interned_texts_.end(), dict) == interned_texts_.end()) {
    interned_texts_.push_back(dict);
  }
}

/// Classes come before dicts, which own only the tables that no class has.
void GraphBuilder::find_table_owners(const std::vector<TrackedObject>& tracked) {
  for (const TrackedObject& object : tracked) {
    const TypeInfo* const type = type_of(object.object);
    if (type != nullptr && type->is_type) {
      owners_.owner(reader_.pointer(object.object + reader_.layout().type.heap_cached_keys),
                    object.object);
    }
  }
}

void GraphBuilder::find_objects(const std::vector<TrackedObject>& tracked,
                                const std::vector<FoundRoot>& roots,
                                const ObjectAllocator& allocator) {
  if (reader_.layout().instances == InstanceForm::kOwnDict) {
    find_table_owners(tracked);
  }
  for (const std::uint64_t interpreter : reader_.interpreters()) {
    if (const std::uint32_t at = reader_.layout().interpreter.interned_texts; at != 0) {
      add_table_of_interned(reader_.pointer(interpreter + at));
    }
  }
  for (const TrackedObject& object : tracked) {
    bad_references_ += admit(object.object) ? 0 : 1;
    follow();
  }
  for (const FoundRoot& root : roots) {
    if (root.possible) {
      admit_if_plausible(root.object);
    } else {
      bad_references_ += admit(root.object) ? 0 : 1;
    }
    follow();
  }
  find_unreferenced(allocator);
  collect_variable_names();
  objects_.number();
}

void GraphBuilder::collect_variable_names() {
  for (const std::uint64_t dict : namespaces_) {
    const DictKeys keys(reader_, reader_.pointer(dict + offset::kDictKeys));
    for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
      variable_names_.insert(keys.key(entry));
    }
  }
}

}  // namespace heapscan::dump::cpython
