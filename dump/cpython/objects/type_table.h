#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "dump/cpython/objects/object_reader.h"
#include "dump/cpython/objects/type_layout.h"

namespace heapscan::dump::cpython {

/// What one type object says about its instances.
struct TypeInfo {
  /// A reference slot of the instances, from the type's member descriptors (`__slots__`).
  struct Slot {
    std::uint64_t offset = 0;
    std::string name;
  };

  std::uint64_t address = 0;
  std::uint32_t row = 0;  ///< Position in TypeTable::types().
  std::string name;       ///< "module.qualname"; builtins bare.
  std::uint64_t basic_size = 0;
  std::uint64_t item_size = 0;
  std::int64_t dict_offset = 0;      ///< As tp_dictoffset.
  std::int64_t weaklist_offset = 0;  ///< Where instances keep their weak references; 0 for nowhere.
  /// What the fixed part of the instances holds, of the nearest base that is known; never null.
  const TypeLayout* layout = nullptr;
  /// Instances' words from here to `scan_end` belong to C code that heapscan does not know.
  std::uint64_t scan_begin = 0;
  std::uint64_t scan_end = 0;
  std::vector<Slot> slots;
  std::uint64_t cached_keys = 0;         ///< Keys that the instances share, or 0.
  std::uint64_t structure_sequence = 0;  ///< Items of a tuple that hides some, or 0.
  bool heap_type = false;           ///< Made at run time: its instances count a reference to it.
  bool has_gc = false;              ///< Instances have a PyGC_Head.
  bool managed_dict = false;        ///< See InstanceForm.
  bool inline_values = false;       ///< Values of attributes lie behind the instance.
  bool has_managed_header = false;  ///< Two words before the PyGC_Head are the instance's.
  bool has_finalizer = false;       ///< A class of the program defines `__del__`.
  bool is_type = false;             ///< Instances are types themselves.
  bool singletons = false;          ///< Of None, True, ...: parts of the image, never freed.
  bool reads_dict = false;  ///< The dict at `dict_offset` is not one of the layout's fields.
};

/// The types of a program, found by the addresses of their objects.
///
/// A type is believed only if its own type, and that one's type, up to the type that is its own
/// type, say that their instances are types: chance does not look like that.
class TypeTable {
 public:
  /// `reader` must outlive the table.
  explicit TypeTable(const ObjectReader& reader) : reader_(reader) {}

  /// The type whose object is at `address`, or null when there is none.
  /// Cost: a look-up in a small cache, mostly.
  [[nodiscard]] const TypeInfo* find(std::uint64_t address);

  /// All types that were found, in that order.
  [[nodiscard]] const std::vector<std::unique_ptr<TypeInfo>>& types() const { return types_; }

 private:
  struct CacheLine {
    std::uint64_t address = 0;
    const TypeInfo* type = nullptr;
  };

  [[nodiscard]] bool is_type(std::uint64_t address) const;
  [[nodiscard]] bool is_python_class(std::uint64_t address) const;
  [[nodiscard]] std::string display_name(std::uint64_t address, bool python_class) const;
  [[nodiscard]] std::unique_ptr<TypeInfo> describe(std::uint64_t address) const;
  void describe_memory(TypeInfo& info) const;
  void add_slots(std::uint64_t type, TypeInfo& info) const;

  const ObjectReader& reader_;
  std::vector<std::unique_ptr<TypeInfo>> types_;
  std::unordered_map<std::uint64_t, const TypeInfo*> by_address_;
  std::array<CacheLine, 1024> cache_;
};

}  // namespace heapscan::dump::cpython
