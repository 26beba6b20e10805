// Writes a generated heap with the shape of real ones to a dump, so that whole commands can be
// measured at sizes that no test could capture: write_realistic_dump OBJECTS FILE.

#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

#include "formats/hsd.h"
#include "tests/support/realistic_heap.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: write_realistic_dump OBJECTS FILE\n";
    return 2;
  }
  try {
    const auto objects = static_cast<std::uint32_t>(std::stoul(argv[1]));
    const heapscan::dump::Heap heap = heapscan::tests::realistic_heap(objects);
    heapscan::formats::write_hsd(heap, argv[2], heapscan::formats::Compression::kZstd);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
