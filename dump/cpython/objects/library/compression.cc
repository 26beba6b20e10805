#include "dump/cpython/objects/library/families.h"

// bz2, lzma, zlib and zstd.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"_bz2.BZ2Compressor", since(8), 112},
    {"_bz2.BZ2Decompressor", since(8), 152, {}, {{{104, "unused_data"}}}},
    {"_lzma.LZMACompressor", since(8), 192},
    {"_lzma.LZMADecompressor", since(8), 224, {}, {{{184, "unused_data"}}}},
    {"zlib.Compress", since(8), 168, {},
     {{{128, "unused_data"}, {136, "unconsumed_tail"}, internal(152, "dictionary")}}},
    {"zlib.Decompress", since(8), 168, {},
     {{{128, "unused_data"}, {136, "unconsumed_tail"}, internal(152, "dictionary")}}},
    {"zlib._ZlibDecompressor", since(12), 184, {},
     {{internal(128, "dictionary"), {144, "unused_data"}}}},
    {"compression.zstd.ZstdCompressor", since(14), 48, {}, {{internal(24, "dictionary")}}},
    {"compression.zstd.ZstdCompressor", since(14), 56, {}, {{internal(24, "dictionary")}}},
    {"compression.zstd.ZstdDecompressor", since(14), 80, {},
     {{internal(24, "dictionary"), {64, "unused_data"}}}},
    {"compression.zstd.ZstdDict", since(14), 56, {}, {{internal(24, "compressor dictionaries")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> compression_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
