#pragma once

#include <span>

#include "dump/cpython/objects/model/type_layout.h"

/// The families of types that CPython's own program defines (its Objects/ and Python/), each in a
/// file of its own.
///
/// Each row follows the structure in CPython's sources. A field that Python code can read has its
/// attribute's name; the others are named after what they are. Pointers that do not count as
/// references are omitted: lists of weak references, caches, and the loop and frame pointers that
/// are documented as borrowed. The basic size distinguishes forms of a type within a version.
namespace heapscan::dump::cpython {

[[nodiscard]] std::span<const TypeLayout> basic_layouts();
[[nodiscard]] std::span<const TypeLayout> buffer_layouts();
[[nodiscard]] std::span<const TypeLayout> code_layouts();
[[nodiscard]] std::span<const TypeLayout> context_layouts();
[[nodiscard]] std::span<const TypeLayout> dict_layouts();
[[nodiscard]] std::span<const TypeLayout> exception_layouts();
[[nodiscard]] std::span<const TypeLayout> frame_layouts();
[[nodiscard]] std::span<const TypeLayout> function_layouts();
[[nodiscard]] std::span<const TypeLayout> generator_layouts();
[[nodiscard]] std::span<const TypeLayout> iterator_layouts();
[[nodiscard]] std::span<const TypeLayout> module_layouts();
[[nodiscard]] std::span<const TypeLayout> number_layouts();
[[nodiscard]] std::span<const TypeLayout> ordered_dict_layouts();
[[nodiscard]] std::span<const TypeLayout> sequence_layouts();
[[nodiscard]] std::span<const TypeLayout> set_layouts();
[[nodiscard]] std::span<const TypeLayout> text_layouts();
[[nodiscard]] std::span<const TypeLayout> type_layouts();
[[nodiscard]] std::span<const TypeLayout> typing_layouts();
[[nodiscard]] std::span<const TypeLayout> weak_reference_layouts();

/// TypeTraits::describe of types whose only instances are part of the executable.
void mark_singletons(const ObjectReader& reader, TypeInfo& info);

/// TypeTraits::name of types that have a field with Role::kName.
[[nodiscard]] std::string name_in_field(const ObjectReader& reader,
                                        Address object,
                                        const TypeInfo& type);

}  // namespace heapscan::dump::cpython
