#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dump/heap.h"

namespace heapscan::cli {

/// An address as a user writes it: 0x7f31c8, or decimal, as Python's id() prints it. Nothing if it
/// is neither.
[[nodiscard]] std::optional<std::uint64_t> parse_address(const std::string& text);

/// The object at the address. If no object starts there, throws Error(kUsage) that names the
/// objects nearby.
[[nodiscard]] dump::ObjectId require_object(const dump::Heap& heap, std::uint64_t address);

/// All objects whose type has this name, by address. Throws Error(kUsage) that suggests names if
/// there is no such type.
[[nodiscard]] std::vector<dump::ObjectId> require_instances(const dump::Heap& heap,
                                                            const std::string& type);

}  // namespace heapscan::cli
