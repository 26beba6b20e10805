#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/sizes.h"

// io: files, buffers, and streams in memory.
namespace heapscan::dump::cpython {
namespace {

/// An unshared buffer is counted with its owner.
std::uint64_t bytes_io_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kBuffer = 16;
  const Address buffer = reader.pointer(object + kBuffer);
  const bool own = buffer && reader.refcount(buffer) == 1;
  return type.basic_size + (own ? offset::kBytesText + 1 + item_count(reader, buffer) : 0);
}

std::uint64_t buffered_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kBuffer = 56;
  constexpr std::uint64_t kBufferSize = 120;
  return type.basic_size +
         (reader.pointer(object + kBuffer) ? reader.word(object + kBufferSize) : 0);
}

constexpr TypeTraits kBytesIo = {.size = bytes_io_size};
constexpr TypeTraits kBuffered = {.size = buffered_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"_io.BytesIO", since(8), 64, kBytesIo, {{internal(16, "buffer"), namespace_dict(40)}}},
    {"_io._BytesIOBuffer", since(8), 24, {}, {{internal(16, "source")}}},
    {"_io.StringIO", since(8).until(11), 120, {},
     {{internal(56, "accumulated_large"), internal(64, "accumulated_small"),
       internal(80, "decoder"), internal(88, "readnl"), internal(96, "writenl"),
       namespace_dict(104)}}},
    {"_io.StringIO", since(12).until(13), 168, {},
     {{internal(56, "accumulated"), internal(120, "decoder"), internal(128, "readnl"),
       internal(136, "writenl"), namespace_dict(144)}}},
    {"_io.StringIO", since(14), 120, {},
     {{behind(56, internal(0, "accumulated")), internal(72, "decoder"), internal(80, "readnl"),
       internal(88, "writenl"), namespace_dict(96)}}},
    {"_io.BufferedReader", since(8), 152, kBuffered, {{{16, "raw"}, namespace_dict(136)}}},
    {"_io.BufferedWriter", since(8), 152, kBuffered, {{{16, "raw"}, namespace_dict(136)}}},
    {"_io.BufferedRandom", since(8), 152, kBuffered, {{{16, "raw"}, namespace_dict(136)}}},
    {"_io.BufferedRWPair", since(8), 48, {},
     {{{16, "reader"}, {24, "writer"}, namespace_dict(32)}}},
    {"_io.TextIOWrapper", since(8).until(11), 192, {},
     {{{32, "buffer"}, {40, "encoding"}, internal(48, "encoder"), internal(56, "decoder"),
       internal(64, "readnl"), {72, "errors"}, internal(120, "decoded_chars"),
       internal(136, "pending_bytes"), internal(152, "snapshot"), internal(168, "raw"),
       namespace_dict(184)}}},
    {"_io.TextIOWrapper", since(12), 200, {},
     {{{32, "buffer"}, {40, "encoding"}, internal(48, "encoder"), internal(56, "decoder"),
       internal(64, "readnl"), {72, "errors"}, internal(120, "decoded_chars"),
       internal(136, "pending_bytes"), internal(152, "snapshot"), internal(168, "raw"),
       namespace_dict(184)}}},
    {"_io._IOBase", since(8), 32, {}, {{namespace_dict(16)}}},
    {"_io._RawIOBase", since(8), 32, {}, {{namespace_dict(16)}}},
    {"_io._BufferedIOBase", since(8), 32, {}, {{namespace_dict(16)}}},
    {"_io._TextIOBase", since(8), 32, {}, {{namespace_dict(16)}}},
    {"_io.FileIO", since(8), 48, {}, {{namespace_dict(40)}}},
    {"_io.IncrementalNewlineDecoder", since(8), 40, {},
     {{internal(16, "decoder"), internal(24, "errors")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> io_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
