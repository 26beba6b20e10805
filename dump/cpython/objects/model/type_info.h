#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/objects/model/type_layout.h"
#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// What one type object defines about its instances.
struct TypeInfo {
  /// A reference slot of the instances, from the type's member descriptors (`__slots__`).
  struct Slot {
    std::uint64_t offset = 0;
    std::string name;
  };

  Address address;
  std::uint32_t row = 0;  ///< Position in TypeTable::types().
  std::string name;       ///< "module.qualname"; builtins bare.
  std::uint64_t basic_size = 0;
  std::uint64_t item_size = 0;
  std::int64_t dict_offset = 0;      ///< As tp_dictoffset.
  std::int64_t weaklist_offset = 0;  ///< Where instances store their weak references; 0: nowhere.
  /// The fixed part of the instances: the layout of the nearest base that is known; never null.
  const TypeLayout* layout = nullptr;
  /// The words of an instance from here to `scan_end` belong to C code that heapscan does not know.
  std::uint64_t scan_begin = 0;
  std::uint64_t scan_end = 0;
  std::vector<Slot> slots;
  Address cached_keys;                   ///< The table of keys that instances share, or null.
  std::uint64_t structure_sequence = 0;  ///< Items of a tuple that hides some, or 0.
  bool heap_type = false;           ///< Created at run time: its instances count a reference to it.
  bool python_class = false;        ///< Created by a class statement.
  bool has_gc = false;              ///< Instances have a PyGC_Head.
  bool managed_dict = false;        ///< See InstanceForm.
  bool inline_values = false;       ///< Attribute values follow the instance.
  bool has_managed_header = false;  ///< Two words before the PyGC_Head belong to the instance.
  bool has_finalizer = false;       ///< A class of the program defines `__del__`.
  bool is_type = false;             ///< Instances are types themselves.
  bool is_tuple = false;            ///< Instances are tuples.
  bool singletons = false;          ///< None, True, ...: part of the executable, never freed.
  bool reads_dict = false;  ///< The dict at `dict_offset` is not one of the layout's fields.
};

}  // namespace heapscan::dump::cpython
