#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/sizes.h"

// pickle.
namespace heapscan::dump::cpython {
namespace {

/// The memo, and the bytes object that collects the output.
std::uint64_t pickler_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kMemo = 16;
  constexpr std::uint64_t kMemoAllocated = 16;
  constexpr std::uint64_t kMemoSize = 32;
  constexpr std::uint64_t kMemoEntrySize = 16;
  std::uint64_t size = type.basic_size;
  if (const Address memo = reader.pointer(object + kMemo); memo) {
    size += kMemoSize + reader.word(memo + kMemoAllocated) * kMemoEntrySize;
  }
  if (const Address output = reader.pointer(object + type.layout->offset_of("output")); output) {
    size += offset::kBytesText + 1 + item_count(reader, output);
  }
  return size;
}

/// The memo, the marks and three strings.
std::uint64_t unpickler_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kMemo = 24;
  constexpr std::uint64_t kMemoSize = 32;
  // Relative to `buffer` and `buffers`, whose own offsets differ between versions.
  const std::uint64_t input_line = type.layout->offset_of("buffer") + 80;
  const std::uint64_t encoding = type.layout->offset_of("buffers") + 8;
  const std::uint64_t errors = encoding + 8;
  const std::uint64_t marks = encoding + 16;
  const std::uint64_t marks_size = encoding + 32;
  constexpr std::size_t kLongestString = 1U << 20U;
  std::uint64_t size = type.basic_size;
  size += reader.pointer(object + kMemo) ? reader.word(object + kMemoSize) * 8 : 0;
  size += reader.pointer(object + marks) ? reader.word(object + marks_size) * 8 : 0;
  for (const std::uint64_t place : {input_line, encoding, errors}) {
    if (const Address text = reader.pointer(object + place); text) {
      size += reader.text(text, kLongestString).size() + 1;
    }
  }
  return size;
}

constexpr TypeTraits kPickler = {.size = pickler_size};
constexpr TypeTraits kUnpickler = {.size = unpickler_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"_pickle.Pickler", since(8).until(12), 152, kPickler,
     {{internal(24, "persistent_id"), {40, "dispatch_table"}, internal(48, "reducer_override"),
       internal(56, "write"), internal(64, "output"), internal(136, "fast_memo"),
       internal(144, "buffer_callback")}},
     {.via = 16, .pointer = 24, .count = 16, .stride = 16}},
    {"_pickle.Pickler", only_in(13), 144, kPickler,
     {{internal(24, "persistent_id"), {32, "dispatch_table"}, internal(40, "reducer_override"),
       internal(48, "write"), internal(56, "output"), internal(128, "fast_memo"),
       internal(136, "buffer_callback")}},
     {.via = 16, .pointer = 24, .count = 16, .stride = 16}},
    {"_pickle.Pickler", since(13), 152, kPickler,
     {{internal(24, "persistent_id"), internal(32, "persistent_id_attribute"),
       {40, "dispatch_table"}, internal(48, "reducer_override"), internal(56, "write"),
       internal(64, "output"), internal(136, "fast_memo"), internal(144, "buffer_callback")}},
     {.via = 16, .pointer = 24, .count = 16, .stride = 16}},
    {"_pickle.Unpickler", since(8).until(12), 272, kUnpickler,
     {{internal(16, "stack"), internal(48, "persistent_load"), internal(72, "buffer"),
       internal(184, "read"), internal(192, "readinto"), internal(200, "readline"),
       internal(208, "peek"), internal(216, "buffers")}},
     {.pointer = 24, .count = 32}},
    {"_pickle.Unpickler", only_in(13), 264, kUnpickler,
     {{internal(16, "stack"), internal(48, "persistent_load"), internal(64, "buffer"),
       internal(176, "read"), internal(184, "readinto"), internal(192, "readline"),
       internal(200, "peek"), internal(208, "buffers")}},
     {.pointer = 24, .count = 32}},
    {"_pickle.Unpickler", since(13), 296, kUnpickler,
     {{internal(16, "stack"), internal(48, "persistent_load"),
       internal(56, "persistent_load_attribute"), internal(72, "buffer"), internal(200, "read"),
       internal(208, "readinto"), internal(216, "readline"), internal(224, "peek"),
       internal(232, "buffers")}},
     {.pointer = 24, .count = 32}},
    {"_pickle.Unpickler", since(14), 272, kUnpickler,
     {{internal(16, "stack"), internal(48, "persistent_load"),
       internal(56, "persistent_load_attribute"), internal(72, "buffer"), internal(184, "read"),
       internal(192, "readinto"), internal(200, "readline"), internal(208, "peek"),
       internal(216, "buffers")}},
     {.pointer = 24, .count = 32}},
    {"_pickle.Unpickler", since(14), 280, kUnpickler,
     {{internal(16, "stack"), internal(48, "persistent_load"),
       internal(56, "persistent_load_attribute"), internal(72, "buffer"), internal(184, "read"),
       internal(192, "readinto"), internal(200, "readline"), internal(208, "peek"),
       internal(216, "buffers")}},
     {.pointer = 24, .count = 32}},
    {"_pickle.Pdata", since(8), 56, {}, {}, {.pointer = 24, .count = 16}},
    {"_pickle.PicklerMemoProxy", since(8), 24, {}, {{internal(16, "pickler")}}},
    {"_pickle.UnpicklerMemoProxy", since(8), 24, {}, {{internal(16, "unpickler")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> pickle_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
