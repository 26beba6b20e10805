#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dump/heap.h"

namespace heapscan::dump {

/// An object that was added to a builder, numbered in the order of adding. Not an ObjectId: the
/// heap numbers its objects by address.
using PendingObject = Index<struct PendingObjectTag>;

/// The facts about one object.
struct ObjectRow {
  std::uint64_t address = 0;
  TypeId type;
  std::uint64_t size = 0;
  std::uint64_t refcount = 0;
  ObjectFlags flags;
};

/// Collects objects, references and facts in any order, and builds a Heap from them.
///
/// Collectors and readers of other formats fill one of these. Objects added by ascending address,
/// and references added in the order of their sources, are stored as they come; any other order
/// costs one sort at the end. Cost: 26 bytes per object and 13 per reference (17 when their sources
/// are out of order).
///
/// Throws Error(kBadInput) for what no heap can have: more rows than an index can count, two
/// objects at one address, a reference from or to an object that was not added.
class HeapBuilder {
 public:
  HeapBuilder() = default;

  void reserve(std::size_t objects, std::size_t references);

  /// The row of this string in the heap's string table; equal strings get the same row.
  StringId intern(std::string_view text);

  /// A new type, even if another one has the same name. For the spelling see Type::name.
  TypeId add_type(std::string_view name);

  /// Sets the object that is the type. Requires: `type` was added.
  void set_type_object(TypeId type, PendingObject object);

  PendingObject add_object(const ObjectRow& row);

  /// The object's preview. At most one for each object.
  void set_value(PendingObject object, std::string_view text);

  /// A 64-bit hash of the object's whole value; 0 for none.
  void set_content_hash(PendingObject object, std::uint64_t hash);

  void set_site(PendingObject object, SiteId site);

  void add_attribute(PendingObject source, PendingObject target, StringId name) {
    add_reference(source, target, ReferenceKind::kAttribute, name.value());
  }

  void add_item(PendingObject source, PendingObject target, std::uint32_t position) {
    add_reference(source, target, ReferenceKind::kItem, position);
  }

  void add_key(PendingObject source, PendingObject target, std::uint32_t position) {
    add_reference(source, target, ReferenceKind::kKey, position);
  }

  void add_value(PendingObject source, PendingObject target, PendingObject key) {
    require(key);
    add_reference(source, target, ReferenceKind::kValue, key.value());
  }

  void add_cell(PendingObject source, PendingObject target, StringId name) {
    add_reference(source, target, ReferenceKind::kCell, name.value());
  }

  void add_local(PendingObject source, PendingObject target, StringId name) {
    add_reference(source, target, ReferenceKind::kLocal, name.value());
  }

  void add_type_reference(PendingObject source, PendingObject target) {
    add_reference(source, target, ReferenceKind::kType, 0);
  }

  void add_internal(PendingObject source, PendingObject target, StringId field) {
    add_reference(source, target, ReferenceKind::kInternal, field.value());
  }

  void add_conservative(PendingObject source, PendingObject target, std::uint32_t offset) {
    add_reference(source, target, ReferenceKind::kConservative, offset);
  }

  void add_weak(PendingObject source, PendingObject target, StringId label);

  /// `label` may be none. `counted`: see Root.
  void add_root(RootKind kind, PendingObject object, StringId label, bool counted);

  /// `frames`: innermost first.
  void add_thread(std::uint64_t id, StringId name, const std::vector<Frame>& frames);

  SiteId add_site(const AllocationSite& site);

  void add_region(const MemoryRegion& region) { regions_.push_back(region); }

  [[nodiscard]] ProcessFacts& facts() { return facts_; }

  [[nodiscard]] std::size_t object_count() const { return address_.size(); }

  [[nodiscard]] std::size_t reference_count() const { return target_.size(); }

  /// The heap. Consumes the builder.
  [[nodiscard]] Heap finish() &&;

 private:
  struct TextHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  struct Value {
    PendingObject object;
    std::uint32_t size = 0;
    std::uint64_t begin = 0;
  };

  void add_reference(PendingObject source,
                     PendingObject target,
                     ReferenceKind kind,
                     std::uint32_t label);
  void require(PendingObject object) const;
  void sort_objects_by_address();
  void renumber(const std::vector<std::uint32_t>& row_of);
  [[nodiscard]] std::vector<std::uint64_t> group_references_by_source();
  void move_values(HeapColumns& columns);

  std::vector<std::uint64_t> address_;
  std::vector<TypeId> type_;
  std::vector<std::uint64_t> size_;
  std::vector<std::uint32_t> refcount_;
  std::vector<ObjectFlags> flags_;
  std::vector<SiteId> site_;
  std::vector<std::uint64_t> content_hash_;

  std::vector<std::uint32_t> source_;
  std::vector<ObjectId> target_;
  std::vector<ReferenceKind> kind_;
  std::vector<std::uint32_t> label_;

  std::vector<WeakReference> weak_;
  std::vector<Root> root_;
  std::vector<Value> values_;
  std::vector<char> value_text_;
  std::vector<std::uint64_t> string_begin_ = {0};
  std::vector<char> string_text_;
  std::unordered_map<std::string, StringId, TextHash, std::equal_to<>> string_rows_;
  std::vector<Type> types_;
  std::vector<Thread> threads_;
  std::vector<Frame> frames_;
  std::vector<AllocationSite> sites_;
  std::vector<MemoryRegion> regions_;
  ProcessFacts facts_;
};

}  // namespace heapscan::dump
