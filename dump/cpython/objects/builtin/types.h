#pragma once

#include <cstdint>
#include <vector>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/objects/model/walking.h"

namespace heapscan::dump::cpython {

namespace offset {

// PyTypeObject and PyHeapTypeObject.
inline constexpr std::uint64_t kTypeName = 24;
inline constexpr std::uint64_t kTypeBasicSize = 32;
inline constexpr std::uint64_t kTypeItemSize = 40;
inline constexpr std::uint64_t kTypeFlags = 168;
inline constexpr std::uint64_t kTypeWeakListOffset = 208;
inline constexpr std::uint64_t kTypeMembers = 240;
inline constexpr std::uint64_t kTypeBase = 256;
inline constexpr std::uint64_t kTypeDict = 264;
inline constexpr std::uint64_t kTypeDictOffset = 288;
inline constexpr std::uint64_t kTypeBases = 336;
inline constexpr std::uint64_t kTypeMro = 344;
inline constexpr std::uint64_t kTypeCache = 352;
inline constexpr std::uint64_t kTypeSubclasses = 360;
inline constexpr std::uint64_t kTypeFinalize = 392;

// PyMemberDef.
inline constexpr std::uint64_t kMemberName = 0;
inline constexpr std::uint64_t kMemberType = 8;
inline constexpr std::uint64_t kMemberOffset = 16;
inline constexpr std::uint64_t kMemberDefSize = 40;

}  // namespace offset

/// Whether the type at `type` was created at run time instead of being a static variable of C code.
[[nodiscard]] bool is_heap_type(const ObjectReader& reader, Address type);

/// The dict of the type at `type`; null if it has none. For a static type with a separate dict in
/// each interpreter, that of the main interpreter if it knows the type.
[[nodiscard]] Address type_dict(const ObjectReader& reader, Address type);

/// The dict of the subclasses of the type at `type`; null if it has none. Likewise.
[[nodiscard]] Address type_subclasses(const ObjectReader& reader, Address type);

/// What the state of an interpreter stores for a static type instead of the type itself.
struct StaticType {
  Address type;
  Address dict;
  Address subclasses;
};

/// All static types that `interpreter` knows; none if type objects store everything themselves.
[[nodiscard]] std::vector<StaticType> static_types(const ObjectReader& reader, Address interpreter);

/// The walk of a type object, for types that extend `type`.
void walk_type(const WalkContext& context,
               Address type,
               const TypeInfo& metatype,
               ReferenceVisitor& visitor);

}  // namespace heapscan::dump::cpython
