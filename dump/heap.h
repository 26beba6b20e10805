#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "dump/column.h"
#include "dump/diagnostics.h"
#include "dump/index.h"
#include "dump/object.h"
#include "dump/process_facts.h"
#include "dump/string_table.h"

namespace heapscan::dump {

/// The storage of a Heap, one array per fact. A dump file holds the same columns.
///
/// Columns of objects have one row per object, sorted by address. Columns of references have one
/// row per strong reference, in the order of their sources: the references of object i are the rows
/// [reference_begin[i], reference_begin[i + 1]).
struct HeapColumns {
  // Objects.
  Column<std::uint64_t> address;  ///< Strictly ascending.
  Column<TypeId> type;
  Column<std::uint64_t> size;      ///< Shallow size in bytes.
  Column<std::uint32_t> refcount;  ///< Or kImmortal.
  Column<ObjectFlags> flags;
  Column<SiteId> site;                 ///< Empty, or one row per object.
  Column<std::uint64_t> content_hash;  ///< Empty, or one row per object; 0 for none.

  // Strong references.
  Column<std::uint64_t> reference_begin;  ///< One row more than there are objects.
  Column<ObjectId> target;
  Column<ReferenceKind> kind;
  Column<std::uint32_t> label;

  // Beyond the graph.
  Column<WeakReference> weak;  ///< Sorted by source.
  Column<Root> root;
  Column<ObjectId> value_object;  ///< Ascending: the objects that have a preview of their value.
  StringTable value_text;         ///< The previews, in the rows of value_object.
  StringTable strings;            ///< What every StringId refers to.
  Column<Type> types;
  Column<Thread> threads;
  Column<Frame> frames;
  Column<AllocationSite> sites;
  Column<MemoryRegion> regions;
  ProcessFacts facts;

  // About the file that it was read from.
  std::string_view format = "hsd";  ///< The format that it was read from or will have.
  Diagnostics diagnostics;
};

/// The object graph of a program at one instant: an immutable value.
///
/// Invariants, which the constructor establishes for any input:
///  1. every index in every column is a row of the table that it refers to, or none where allowed;
///  2. objects are sorted by address, and no two have the same address;
///  3. the graph has strong references only; weak references are in a table of their own.
/// Objects may be unreachable, and reference counts need not add up.
///
/// Copies share their columns and cost a few hundred bytes. Thread safety: const members may be
/// called from any number of threads. Models Boost.Graph's concepts through dump/heap_graph.h.
class Heap {
 public:
  /// Checks the invariants in one pass over the arrays. Throws Error(kBadInput), which names the
  /// column, the row and the violation.
  explicit Heap(HeapColumns columns);

  [[nodiscard]] std::uint32_t object_count() const noexcept { return object_count_; }

  [[nodiscard]] std::uint64_t reference_count() const noexcept { return columns_.target.size(); }

  /// All objects, in address order.
  [[nodiscard]] IndexRange<ObjectId> objects() const noexcept {
    return IndexRange<ObjectId>(object_count_);
  }

  [[nodiscard]] std::uint64_t address(ObjectId id) const { return columns_.address[id.value()]; }

  [[nodiscard]] std::uint64_t size(ObjectId id) const { return columns_.size[id.value()]; }

  [[nodiscard]] std::uint32_t refcount(ObjectId id) const { return columns_.refcount[id.value()]; }

  [[nodiscard]] ObjectFlags flags(ObjectId id) const { return columns_.flags[id.value()]; }

  [[nodiscard]] TypeId type(ObjectId id) const { return columns_.type[id.value()]; }

  [[nodiscard]] std::string_view type_name(TypeId id) const {
    return string(columns_.types[id.value()].name);
  }

  [[nodiscard]] std::string_view type_name(ObjectId id) const { return type_name(type(id)); }

  /// A preview of the object's value, if the dump has one: its text, number or name.
  /// Cost: a binary search.
  [[nodiscard]] std::optional<std::string_view> value(ObjectId id) const;

  /// The object at exactly this address.
  /// Cost: a binary search.
  [[nodiscard]] std::optional<ObjectId> find(std::uint64_t address) const;

  /// The targets of the object's strong references, in the order in which it holds them.
  [[nodiscard]] std::span<const ObjectId> targets(ObjectId id) const {
    const std::uint64_t begin = columns_.reference_begin[id.value()];
    return columns_.target.span().subspan(begin, columns_.reference_begin[id.value() + 1] - begin);
  }

  [[nodiscard]] std::uint32_t out_degree(ObjectId id) const {
    return static_cast<std::uint32_t>(columns_.reference_begin[id.value() + 1] -
                                      columns_.reference_begin[id.value()]);
  }

  /// The ordinal-th strong reference of `source`. Requires: ordinal < out_degree(source).
  [[nodiscard]] Reference reference(ObjectId source, std::uint32_t ordinal) const {
    const std::uint64_t row = columns_.reference_begin[source.value()] + ordinal;
    return {columns_.target[row], columns_.kind[row], columns_.label[row]};
  }

  [[nodiscard]] Reference reference(Referrer referrer) const {
    return reference(referrer.source, referrer.ordinal);
  }

  /// All strong references to the object, by ascending source. The first call builds the reverse
  /// graph (8 bytes per reference and 8 per object), which this heap and its copies then share.
  [[nodiscard]] std::span<const Referrer> referrers(ObjectId id) const;

  [[nodiscard]] std::span<const WeakReference> weak_references(ObjectId source) const;

  [[nodiscard]] std::span<const Root> roots() const noexcept { return columns_.root.span(); }

  /// Requires: id is not none.
  [[nodiscard]] std::string_view string(StringId id) const { return columns_.strings[id.value()]; }

  [[nodiscard]] const ProcessFacts& facts() const noexcept { return columns_.facts; }

  /// What is known to be missing; empty unless a damaged file was salvaged.
  [[nodiscard]] const Diagnostics& diagnostics() const noexcept { return columns_.diagnostics; }

  [[nodiscard]] const HeapColumns& columns() const noexcept { return columns_; }

 private:
  struct Reverse;

  HeapColumns columns_;
  std::uint32_t object_count_ = 0;
  std::shared_ptr<Reverse> reverse_;
};

}  // namespace heapscan::dump
