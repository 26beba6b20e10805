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

/// The bytes of each column: two heaps are equal if these and their facts are.
[[nodiscard]] std::map<formats::hsd::SectionKind, std::string> column_bytes(const dump::Heap& heap);

/// The file that write_hsd writes.
[[nodiscard]] std::vector<std::byte> hsd_bytes(const dump::Heap& heap,
                                               formats::Compression compression);

[[nodiscard]] std::vector<std::byte> read_bytes(const std::filesystem::path& path);

/// Reads a copy of the bytes placed so that any access beyond its end is detected.
[[nodiscard]] dump::Heap read_copy(const std::vector<std::byte>& file);

/// The same with --salvage.
[[nodiscard]] dump::Heap salvage_copy(const std::vector<std::byte>& file);

/// The error of `read`, checked as complaint() does; empty if it accepts its file.
[[nodiscard]] std::string complaint_of(const std::function<void()>& read);

/// The error of the reader; empty if it accepts the file. Fails the test if the error is not of
/// kind kBadInput, has more than one line, or does not start with the name of the file.
[[nodiscard]] std::string complaint(const std::vector<std::byte>& file);

}  // namespace heapscan::tests
