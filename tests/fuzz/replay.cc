#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <vector>

#include "dump/system/mapped_file.h"

// Runs a fuzz target on the files of a directory, as the fuzzer does with its corpus, for compilers
// without libFuzzer.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  const std::vector<std::filesystem::path> directories(argv + 1, argv + argc);
  std::size_t files = 0;
  for (const std::filesystem::path& directory : directories) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      const heapscan::dump::MappedFile file(entry.path());
      std::vector<std::uint8_t> bytes(file.bytes().size());
      std::transform(file.bytes().begin(), file.bytes().end(), bytes.begin(),
                     [](std::byte byte) { return static_cast<std::uint8_t>(byte); });
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
      ++files;
    }
  }
  std::cout << files << " files\n";
  return files == 0 ? 1 : 0;
}
