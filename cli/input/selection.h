#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dump/heap.h"

namespace heapscan::cli {

/// An address as a user writes it: 0x7f31c8, or decimal as Python's id() prints it. Nothing when it
/// is neither.
[[nodiscard]] std::optional<std::uint64_t> parse_address(const std::string& text);

/// The object at the address. Throws Error(kUsage) that says which object is near, if none starts
/// there.
[[nodiscard]] dump::ObjectId require_object(const dump::Heap& heap, std::uint64_t address);

/// Every object whose type has this name, by address. Throws Error(kUsage) that suggests names.
[[nodiscard]] std::vector<dump::ObjectId> require_instances(const dump::Heap& heap,
                                                            const std::string& type);

}  // namespace heapscan::cli
