#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "dump/heap.h"
#include "formats/hsd/hsd.h"
#include "formats/hsd/hsd_layout.h"

namespace heapscan::tests {

/// The bytes of each column: two heaps with equal ones and equal facts are equal.
[[nodiscard]] std::map<formats::hsd::SectionKind, std::string> column_bytes(const dump::Heap& heap);

/// The file that write_hsd makes.
[[nodiscard]] std::vector<std::byte> hsd_bytes(const dump::Heap& heap,
                                               formats::Compression compression);

[[nodiscard]] std::vector<std::byte> read_bytes(const std::filesystem::path& path);

/// Reads a copy of the bytes that ends exactly where an access beyond it would be noticed.
[[nodiscard]] dump::Heap read_copy(const std::vector<std::byte>& file);

/// The same with --salvage.
[[nodiscard]] dump::Heap salvage_copy(const std::vector<std::byte>& file);

/// The file is cut short, damaged or hostile: what a reader says against it, checked as complaint()
/// does, or nothing if `read` accepts it.
[[nodiscard]] std::string complaint_of(const std::function<void()>& read);

/// What the reader says against the file; empty if it accepts it. Fails the test if the error is
/// not of kind kBadInput, has more than one line, or does not begin with the file's name.
[[nodiscard]] std::string complaint(const std::vector<std::byte>& file);

}  // namespace heapscan::tests
