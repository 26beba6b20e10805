#pragma once

#include <span>

#include "dump/cpython/objects/model/type_layout.h"

/// The families of types that the standard library's extension modules (CPython's Modules/) and
/// other packages define, each in a file of its own; as in builtin/families.h.
namespace heapscan::dump::cpython {

[[nodiscard]] std::span<const TypeLayout> array_layouts();
[[nodiscard]] std::span<const TypeLayout> asyncio_layouts();
[[nodiscard]] std::span<const TypeLayout> collection_layouts();
[[nodiscard]] std::span<const TypeLayout> compression_layouts();
[[nodiscard]] std::span<const TypeLayout> ctypes_layouts();
[[nodiscard]] std::span<const TypeLayout> datetime_layouts();
[[nodiscard]] std::span<const TypeLayout> decimal_layouts();
[[nodiscard]] std::span<const TypeLayout> functools_layouts();
[[nodiscard]] std::span<const TypeLayout> hash_layouts();
[[nodiscard]] std::span<const TypeLayout> io_layouts();
[[nodiscard]] std::span<const TypeLayout> itertools_layouts();
[[nodiscard]] std::span<const TypeLayout> network_layouts();
[[nodiscard]] std::span<const TypeLayout> numpy_layouts();
[[nodiscard]] std::span<const TypeLayout> parsing_layouts();
[[nodiscard]] std::span<const TypeLayout> pickle_layouts();
[[nodiscard]] std::span<const TypeLayout> profiling_layouts();
[[nodiscard]] std::span<const TypeLayout> sqlite_layouts();
[[nodiscard]] std::span<const TypeLayout> system_layouts();
[[nodiscard]] std::span<const TypeLayout> thread_layouts();
[[nodiscard]] std::span<const TypeLayout> xml_layouts();

}  // namespace heapscan::dump::cpython
