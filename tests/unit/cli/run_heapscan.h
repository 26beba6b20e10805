#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dump/heap.h"

namespace heapscan::tests {

/// What a run of the program printed, and its exit code.
struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

/// Runs the program in this process, with streams that are not terminals.
[[nodiscard]] Outcome run_heapscan(const std::vector<std::string>& arguments);

/// Writes the heap to a dump and returns its path.
[[nodiscard]] std::string write_dump(const dump::Heap& heap, const std::filesystem::path& path);

[[nodiscard]] std::string file_text(const std::filesystem::path& path);

}  // namespace heapscan::tests
