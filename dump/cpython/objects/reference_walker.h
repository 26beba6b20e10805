#pragma once

#include <cstdint>
#include <string_view>

#include "dump/cpython/objects/dict_reader.h"
#include "dump/cpython/objects/object_reader.h"
#include "dump/cpython/objects/table_owners.h"
#include "dump/cpython/objects/type_table.h"
#include "dump/object.h"

namespace heapscan::dump::cpython {

/// What a walk tells of each reference of an object. Targets are never null; nothing else is
/// promised of them.
class ReferenceVisitor {
 public:
  ReferenceVisitor() = default;
  ReferenceVisitor(const ReferenceVisitor&) = delete;
  ReferenceVisitor& operator=(const ReferenceVisitor&) = delete;
  ReferenceVisitor(ReferenceVisitor&&) = delete;
  ReferenceVisitor& operator=(ReferenceVisitor&&) = delete;
  virtual ~ReferenceVisitor() = default;

  /// kAttribute or kInternal, by a name that heapscan knows.
  virtual void named(std::uint64_t target, ReferenceKind kind, std::string_view name) = 0;
  /// kAttribute, kLocal or kCell, by a name that is a str object of the program.
  virtual void named_by(std::uint64_t target, ReferenceKind kind, std::uint64_t name) = 0;
  /// kItem, kKey or kConservative, by position.
  virtual void placed(std::uint64_t target, ReferenceKind kind, std::uint64_t position) = 0;
  /// kValue, by the object that is the key.
  virtual void value(std::uint64_t target, std::uint64_t key) = 0;
  /// kType.
  virtual void type(std::uint64_t target) = 0;
  virtual void weak(std::uint64_t target) = 0;

  /// Of a frame, what another reference counts for: a variable with the name `name`, a str object
  /// of the program, or with 0 a value on the evaluation stack.
  virtual void borrowed(std::uint64_t /*target*/, std::uint64_t /*name*/) {}
};

/// Finds the references of an object, each once for each count that it holds: the same pointers
/// that the type's deallocator would give up. Pointers that do not count (borrowed ones) are left
/// out.
class ReferenceWalker {
 public:
  /// The arguments must outlive the walker. Without `owners`, a table of keys that no class holds
  /// any longer has no owner.
  explicit ReferenceWalker(const ObjectReader& reader, TableOwners* owners = nullptr)
      : reader_(reader), owners_(owners) {}

  void walk(std::uint64_t object, const TypeInfo& type, ReferenceVisitor& visitor) const;

  /// The locals of a frame (at `frame`, in the form that the layout says) by name. Then its
  /// evaluation stack: for a suspended frame exactly; for a running one see walk_running_stack().
  void walk_frame_locals(std::uint64_t frame, ReferenceVisitor& visitor) const;

  /// The words of a running frame's evaluation stack that may be references, as kConservative. The
  /// interpreter keeps the depth of that stack in a register of its own while the frame runs, so
  /// the whole of it is visited: above the top lie leftovers, some of objects that are gone.
  void walk_running_stack(std::uint64_t frame, ReferenceVisitor& visitor) const;

  /// The function, code, explicit locals and frame object that a frame holds.
  void walk_frame_head(std::uint64_t frame, ReferenceVisitor& visitor) const;

 private:
  void walk_fields(std::uint64_t object, const TypeInfo& type, ReferenceVisitor& visitor) const;
  void walk_item_array(std::uint64_t object,
                       const ItemArray& items,
                       ReferenceVisitor& visitor) const;
  void walk_row(std::uint64_t row,
                std::uint64_t position,
                std::uint64_t words,
                ReferenceVisitor& visitor) const;
  void walk_shape(std::uint64_t object, const TypeInfo& type, ReferenceVisitor& visitor) const;
  void walk_instance(std::uint64_t object, const TypeInfo& type, ReferenceVisitor& visitor) const;
  void walk_attributes(std::uint64_t object, const TypeInfo& type, ReferenceVisitor& visitor) const;
  void scan(std::uint64_t begin,
            std::uint64_t end,
            std::uint64_t position,
            ReferenceVisitor& visitor) const;

  void walk_items(std::uint64_t items, std::uint64_t count, ReferenceVisitor& visitor) const;
  void walk_dict(std::uint64_t dict, ReferenceVisitor& visitor) const;
  void walk_attribute_names(const DictKeys& keys, ReferenceVisitor& visitor) const;
  void walk_ordered_dict(std::uint64_t dict, ReferenceVisitor& visitor) const;
  void walk_set(std::uint64_t set, ReferenceVisitor& visitor) const;
  void walk_deque(std::uint64_t deque, ReferenceVisitor& visitor) const;
  void walk_type(std::uint64_t type, ReferenceVisitor& visitor) const;
  void walk_code(std::uint64_t code, ReferenceVisitor& visitor) const;
  void walk_module(std::uint64_t module, ReferenceVisitor& visitor) const;
  void walk_generator(std::uint64_t generator, ReferenceVisitor& visitor) const;
  void walk_frame_object(std::uint64_t object, ReferenceVisitor& visitor) const;
  void walk_whole_frame(std::uint64_t frame, ReferenceVisitor& visitor) const;
  void walk_whole_running_stack(std::uint64_t frame, ReferenceVisitor& visitor) const;
  void walk_variables(std::uint64_t first,
                      std::uint64_t names,
                      ReferenceKind kind,
                      ReferenceVisitor& visitor) const;
  void walk_date_time(std::uint64_t object, const TypeInfo& type, ReferenceVisitor& visitor) const;
  void walk_xml_element(std::uint64_t object, ReferenceVisitor& visitor) const;
  void walk_numpy_array(std::uint64_t array, ReferenceVisitor& visitor) const;
  void walk_profiler(std::uint64_t profiler, ReferenceVisitor& visitor) const;
  void walk_builtin_function(std::uint64_t object, ReferenceVisitor& visitor) const;
  void walk_lru_cache(std::uint64_t cache, ReferenceVisitor& visitor) const;
  void named(std::uint64_t place,
             ReferenceKind kind,
             std::string_view name,
             ReferenceVisitor& visitor) const;
  void named_in_frame(std::uint64_t place,
                      ReferenceKind kind,
                      std::string_view name,
                      ReferenceVisitor& visitor) const;

  const ObjectReader& reader_;
  TableOwners* owners_;
};

}  // namespace heapscan::dump::cpython
