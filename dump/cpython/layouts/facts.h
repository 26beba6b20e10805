#pragma once

#include "dump/cpython/layouts/layout.h"

/// Differences between versions of CPython that no header shows: how the code of a version uses its
/// structures, and what only .c files declare. The generated tables have the rest. Bounds are open:
/// a new version is assumed to be like the one before until it is known to differ.
namespace heapscan::dump::cpython {

// CPython 3.8 and 3.9 use variables in .c files for what later versions keep in the interpreter's
// state. The method cache and the list of identifiers hold names that were looked up.
inline constexpr StaticRoots kStaticRoots38[] = {
    {"method_cache", "name of a cached method", StaticRoots::Form::kPointers, 4096, 8, 24},
    {"static_strings", "identifiers", StaticRoots::Form::kList},
    {"small_ints", "small ints", StaticRoots::Form::kObjects, 262, 0, 32},
    {"characters", "short bytes", StaticRoots::Form::kPointers, 256},
    {"nullstring", "short bytes"},
    {"unicode_latin1", "short strs", StaticRoots::Form::kPointers, 256},
    {"unicode_empty", "short strs"},
};

inline constexpr StaticRoots kStaticRoots39[] = {
    {"method_cache", "name of a cached method", StaticRoots::Form::kPointers, 4096, 8, 24},
    {"static_strings", "identifiers", StaticRoots::Form::kList},
    {"global_ast_state", "syntax tree types", StaticRoots::Form::kPointers, 213, 8},
    {"characters", "short bytes", StaticRoots::Form::kPointers, 256},
    {"nullstring", "short bytes"},
    {"unicode_latin1", "short strs", StaticRoots::Form::kPointers, 256},
    {"unicode_empty", "short strs"},
};

/// Inline functions of refcount.h implement the rule; there is no constant for it.
constexpr Immortality immortality_of(unsigned minor) {
  return minor >= 14   ? Immortality::kSplitCount
         : minor >= 12 ? Immortality::kNegativeLowHalf
                       : Immortality::kLargeCount;
}

/// Objects/dictobject.c and typeobject.c. A change in a patch release is listed under the first
/// patch that is known to have it.
constexpr InstanceForm instances_of(unsigned minor, unsigned patch) {
  if (minor >= 13) {
    const bool is_changed = minor > 14 || (minor == 14 ? patch >= 4 : patch >= 15);
    return is_changed ? InstanceForm::kValuesUntilDict : InstanceForm::kInlineValues;
  }
  return minor == 12   ? InstanceForm::kTaggedWord
         : minor == 11 ? InstanceForm::kValuesAndDict
                       : InstanceForm::kOwnDict;
}

/// Objects/codeobject.c decodes the table of lines.
constexpr LineTableForm line_tables_of(unsigned minor) {
  return minor >= 11   ? LineTableForm::kLocations
         : minor == 10 ? LineTableForm::kRanges
                       : LineTableForm::kSteps;
}

/// Completes a generated table.
constexpr void add_facts(Layout& layout) {
  const unsigned minor = layout.minor;
  layout.immortality = immortality_of(minor);
  layout.instances = instances_of(minor, layout.patch);
  layout.code.line_table_form = line_tables_of(minor);
  // Inline functions of pycore_long.h and pycore_dict.h.
  layout.ints = minor >= 12 ? IntForm::kTag : IntForm::kSignedSize;
  layout.dict_keys = minor >= 11 ? DictKeysForm::kLog2 : DictKeysForm::kSized;
  // Since 3.11 Python/ceval.c uses internal frames; _PyStackRef was added in 3.14.
  layout.frame.form = minor >= 11 ? FrameForm::kInternal : FrameForm::kObject;
  layout.frame.tagged_references = minor >= 14;
  // int.__sizeof__ and type.__sizeof__ (Objects/longobject.c, typeobject.c).
  layout.zero_has_digit = minor >= 11;
  layout.type.static_size_has_gc_head = minor == 11 || minor == 12;
  // The collector of 3.14 was incremental until 3.14.4: a young list and two spaces of old objects,
  // declared as three generations under other names.
  layout.collector.two_old_spaces = minor == 14 && layout.patch < 5;
  // Modules/_tracemalloc.c.
  layout.trace_pointers = minor >= 9;
  // f_lasti counted bytes until 3.9 (Python/ceval.c).
  if (minor <= 9) {
    layout.frame.instruction_unit = 1;
  }
  // Constants of Objects/obmalloc.c, which are in a header since 3.12.
  if (minor <= 11) {
    layout.allocator.arena_size = minor <= 9 ? 1U << 18U : 1U << 20U;
    layout.allocator.pool_size = minor <= 9 ? 1U << 12U : 1U << 14U;
  }
  if (minor <= 9) {
    layout.statics = minor == 8 ? std::span<const StaticRoots>(kStaticRoots38) : kStaticRoots39;
  }
}

}  // namespace heapscan::dump::cpython
