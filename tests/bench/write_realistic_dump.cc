// Writes generated heaps shaped like real ones to dumps, so that whole commands can be measured at
// sizes that no test could capture:
//
//     write_realistic_dump OBJECTS FILE
//     write_realistic_dump OBJECTS OLD NEW
//
// OLD and NEW are dumps of one process that grows by a twentieth in between, while a fiftieth of
// its objects die and others take their places.

#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

#include "formats/hsd/hsd.h"
#include "tests/support/realistic_heap.h"

namespace {

void write(const heapscan::dump::Heap& heap, const char* path) {
  heapscan::formats::write_hsd(heap, path, heapscan::formats::Compression::kZstd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: write_realistic_dump OBJECTS FILE [NEW]\n";
    return 2;
  }
  try {
    const auto objects = static_cast<std::uint32_t>(std::stoul(argv[1]));
    if (argc == 3) {
      write(heapscan::tests::realistic_heap(objects), argv[2]);
    } else {
      const std::uint32_t dying = objects / 50;
      const std::uint32_t lasting = objects - dying;
      write(heapscan::tests::realistic_heap_at({0, lasting, dying}), argv[2]);
      write(heapscan::tests::realistic_heap_at({1, lasting, dying + objects / 20}), argv[3]);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
