#include <filesystem>
#include <iostream>

#include "formats/hsd/hsd.h"
#include "tests/support/heap_dsl.h"
#include "tests/unit/formats/sample_heaps.h"

// Writes the small dumps from which the HSD fuzzer starts: make_hsd_corpus DIRECTORY. Run it again
// and commit the result when the format changes.

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_hsd_corpus DIRECTORY\n";
    return 2;
  }
  using heapscan::formats::Compression;
  using heapscan::formats::write_hsd;
  const std::filesystem::path directory = argv[1];

  heapscan::tests::HeapSketch shop;
  const auto module = shop.module("shop");
  const auto sessions = shop.object("dict", 184);
  shop.global(module, "_SESSIONS", sessions);
  shop.entry(sessions, shop.text("u-1"), shop.object("shop.Session", 48));
  shop.entry(sessions, shop.text("u-2"), shop.object("shop.Session", 48));

  write_hsd(heapscan::tests::empty_heap(), directory / "empty-raw.hsd", Compression::kNone);
  write_hsd(heapscan::tests::empty_heap(), directory / "empty-zstd.hsd", Compression::kZstd);
  write_hsd(heapscan::tests::heap_with_everything(), directory / "all-raw.hsd", Compression::kNone);
  write_hsd(heapscan::tests::heap_with_everything(), directory / "all-zstd.hsd",
            Compression::kZstd);
  write_hsd(shop.heap(), directory / "shop-zstd.hsd", Compression::kZstd);
  return 0;
}
