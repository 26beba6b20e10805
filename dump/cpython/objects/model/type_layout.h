#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "dump/cpython/objects/model/reference_visitor.h"
#include "dump/cpython/target/address.h"
#include "dump/object.h"

namespace heapscan::dump::cpython {

class ObjectReader;
struct TypeInfo;
struct WalkContext;

/// The minor versions of CPython 3 in which a type has a form: from the first one known to have it
/// to the last, if the form ended. A form is assumed to last until another replaces it.
struct Versions {
  std::uint8_t first = 0;
  std::uint8_t last = 0xFF;

  [[nodiscard]] constexpr Versions until(std::uint8_t minor) const { return {first, minor}; }

  [[nodiscard]] constexpr bool include(unsigned minor) const {
    return first <= minor && minor <= last;
  }
};

[[nodiscard]] constexpr Versions since(std::uint8_t minor) {
  return {minor};
}

[[nodiscard]] constexpr Versions only_in(std::uint8_t minor) {
  return {minor, minor};
}

/// A pointer in the fixed part of an object that holds one counted reference.
struct Field {
  std::uint16_t offset = 0;
  Label label;  ///< An empty name ends the list.
  /// Offset of a pointer to a structure that belongs to the object and that `offset` applies to; 0:
  /// in the object itself.
  std::uint16_t via = 0;
};

using Fields = std::array<Field, 20>;

/// A field that Python code cannot read as an attribute.
[[nodiscard]] constexpr Field internal(std::uint16_t offset, std::string_view name) {
  return {offset, {name, ReferenceKind::kInternal}};
}

[[nodiscard]] constexpr Field with_role(Field field, Role role) {
  field.label.role = role;
  return field;
}

/// The object's `__dict__`.
[[nodiscard]] constexpr Field namespace_dict(std::uint16_t offset) {
  return {offset, kNamespaceLabel};
}

/// A field of the structure that the pointer at `via` leads to.
[[nodiscard]] constexpr Field behind(std::uint16_t via, Field field) {
  field.via = via;
  return field;
}

/// The fields of a structure that begins with another.
[[nodiscard]] constexpr Fields extend(const Fields& base, std::initializer_list<Field> more) {
  Fields fields = base;
  std::size_t end = 0;
  while (!fields[end].label.name.empty()) {
    ++end;
  }
  for (const Field& field : more) {
    fields[end++] = field;
  }
  return fields;
}

/// An array of counted references that belongs to an object and that the object points to.
struct ItemArray {
  std::uint16_t via = 0;          ///< As in Field, for `pointer` and `count`.
  std::uint16_t pointer = 0;      ///< Of the pointer to the array; 0: no array.
  std::uint16_t count = 0;        ///< Of the number of rows...
  std::uint16_t fixed_count = 0;  ///< ...or that number, if it is constant.
  std::uint16_t stride = 8;       ///< Bytes from row to row.
  std::uint16_t words = 1;        ///< References at the start of each row.
};

/// Bytes in the program's memory.
struct Extent {
  Address begin;
  std::uint64_t size = 0;
};

/// What heapscan can do with the instances of a type beyond its fields; each function may be null.
struct TypeTraits {
  /// Visits the references that are in neither its fields nor its item array.
  void (*walk)(const WalkContext& context,
               Address object,
               const TypeInfo& type,
               ReferenceVisitor& visitor) = nullptr;
  /// What the type's `__sizeof__` returns. Null: the basic size and the items, as counted by
  /// object.__sizeof__.
  std::uint64_t (*size)(const ObjectReader& reader, Address object, const TypeInfo& type) = nullptr;
  /// Its value, human-readable. May be a secret.
  std::optional<std::string> (*value)(const ObjectReader& reader, Address object) = nullptr;
  /// Its name in the program.
  std::string (*name)(const ObjectReader& reader, Address object, const TypeInfo& type) = nullptr;
  /// Its characters: objects with equal characters are equal.
  Extent (*contents)(const ObjectReader& reader, Address object) = nullptr;
  /// Completes the information about one such type (or subtype). Called once.
  void (*describe)(const ObjectReader& reader, TypeInfo& info) = nullptr;
  /// Whether the size of the object's own block depends on its value, as computed by `size`.
  bool sized_by_value = false;
};

/// A type written in C whose memory is fully known: the first `basic_size` bytes of its instances.
/// Each family of types has a table of these in its own file, next to the functions of their
/// traits.
struct TypeLayout {
  std::string_view name;  ///< As in tp_name.
  Versions versions;
  std::uint32_t basic_size = 0;
  TypeTraits traits = {};
  Fields fields = {};
  ItemArray items = {};

  /// The offset of the field of this name; 0 if there is none.
  [[nodiscard]] constexpr std::uint64_t offset_of(std::string_view field_name) const {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
      return field.label.name == field_name;
    });
    return found == fields.end() ? 0 : found->offset;
  }
};

}  // namespace heapscan::dump::cpython
