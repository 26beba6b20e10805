#pragma once

#include <cstdint>

/// Offsets in the header that every object has, in bytes: the same in every version heapscan reads.
/// Those of one family of types are in the family's own file.
namespace heapscan::dump::cpython::offset {

// PyObject, PyVarObject; PyGC_Head is in the 16 bytes before an object.
inline constexpr std::uint64_t kRefcount = 0;
inline constexpr std::uint64_t kType = 8;
inline constexpr std::uint64_t kSize = 16;
inline constexpr std::uint64_t kGcHeadSize = 16;
inline constexpr std::uint64_t kGcNext = 0;
inline constexpr std::uint64_t kGcPrevious = 8;

// An instance with a managed dict: the words before its PyGC_Head. Since 3.12, weak references
// replace the values.
inline constexpr std::uint64_t kManagedDictBefore = 24;
inline constexpr std::uint64_t kManagedValuesBefore = 32;
inline constexpr std::uint64_t kManagedHeaderSize = 16;

}  // namespace heapscan::dump::cpython::offset
