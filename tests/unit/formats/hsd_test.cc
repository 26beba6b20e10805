#include "formats/hsd/hsd.h"

#include <sys/stat.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dump/error.h"
#include "dump/heap_builder.h"
#include "formats/hsd/hsd_layout.h"
#include "formats/open_dump.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/formats/hsd_reading.h"
#include "tests/unit/formats/sample_heaps.h"

namespace heapscan::formats {
namespace {

using dump::Heap;
using tests::column_bytes;
using tests::hsd_bytes;
using tests::read_copy;
using tests::TemporaryDirectory;

class HsdRoundTrip : public testing::TestWithParam<Compression> {
 protected:
  /// Writes the heap, opens the file, and compares everything.
  static void expect_same_after_round_trip(const Heap& heap) {
    const TemporaryDirectory directory;
    write_hsd(heap, directory / "heap.hsd", GetParam());
    const Heap read = open_dump(directory / "heap.hsd");
    EXPECT_EQ(column_bytes(read), column_bytes(heap));
    EXPECT_EQ(read.facts(), heap.facts());
  }
};

INSTANTIATE_TEST_SUITE_P(Hsd,
                         HsdRoundTrip,
                         testing::Values(Compression::kNone, Compression::kZstd),
                         [](const testing::TestParamInfo<Compression>& each) {
                           return each.param == Compression::kNone ? "Raw" : "Zstd";
                         });

TEST_P(HsdRoundTrip, AnEmptyHeapComesBack) {
  expect_same_after_round_trip(tests::empty_heap());
}

TEST_P(HsdRoundTrip, OneObjectComesBack) {
  tests::HeapSketch sketch;
  sketch.object("dict");
  expect_same_after_round_trip(sketch.heap());
}

TEST_P(HsdRoundTrip, EveryColumnAndFactComesBack) {
  const Heap heap = tests::heap_with_everything();
  for (const auto& [kind, bytes] : column_bytes(heap)) {
    EXPECT_FALSE(bytes.empty()) << hsd::traits(kind).name;
  }
  expect_same_after_round_trip(heap);
}

TEST_P(HsdRoundTrip, AHundredThousandRandomObjectsComeBack) {
  expect_same_after_round_trip(tests::random_heap(100000, 1));
}

TEST_P(HsdRoundTrip, ColumnsThatEndAtAChunkComeBack) {
  // The targets, at least eight per object, fill exactly two chunks, or one row more.
  for (const std::size_t references : {std::size_t{1} << 19U, (std::size_t{1} << 19U) + 1}) {
    dump::HeapBuilder builder;
    const auto type = builder.add_type("list");
    const auto list =
        builder.add_object({.address = 16, .type = type, .size = 56, .refcount = 1, .flags = {}});
    for (std::uint32_t row = 0; row < references; ++row) {
      builder.add_item(list, list, row);
    }
    expect_same_after_round_trip(std::move(builder).finish());
  }
}

TEST_P(HsdRoundTrip, TheSameHeapGivesTheSameBytes) {
  const Heap heap = tests::random_heap(30000, 2);
  EXPECT_EQ(hsd_bytes(heap, GetParam()), hsd_bytes(heap, GetParam()));
}

TEST_P(HsdRoundTrip, TheFileIsReadableByItsOwnerOnly) {
  const TemporaryDirectory directory;
  write_hsd(tests::empty_heap(), directory / "heap.hsd", GetParam());
  struct stat status = {};
  ASSERT_EQ(::stat((directory / "heap.hsd").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_P(HsdRoundTrip, TheHeapSurvivesTheRemovalOfItsFile) {
  const Heap heap = tests::heap_with_everything();
  const TemporaryDirectory directory;
  write_hsd(heap, directory / "heap.hsd", GetParam());
  const Heap read = open_dump(directory / "heap.hsd");
  std::filesystem::remove(directory / "heap.hsd");
  EXPECT_EQ(column_bytes(read), column_bytes(heap));
}

TEST_P(HsdRoundTrip, BytesAtAnyAddressAreRead) {
  const Heap heap = tests::heap_with_everything();
  const std::vector<std::byte> file = hsd_bytes(heap, GetParam());
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const auto moved = std::make_shared<std::vector<std::byte>>(shift);
    moved->insert(moved->end(), file.begin(), file.end());
    const Heap read = read_hsd(std::span(*moved).subspan(shift), moved, "moved", {});
    EXPECT_EQ(column_bytes(read), column_bytes(heap));
  }
}

TEST(Hsd, RawColumnsAreUsedInPlace) {
  const auto file = std::make_shared<const std::vector<std::byte>>(
      hsd_bytes(tests::heap_with_everything(), Compression::kNone));
  const Heap heap = read_hsd(*file, file, "file", {});
  const auto* const address =
      reinterpret_cast<const std::byte*>(heap.columns().address.span().data());
  EXPECT_GE(address, file->data());
  EXPECT_LT(address, file->data() + file->size());
}

TEST(Hsd, AHeapReadFromAFileCanReplaceThatFile) {
  const Heap heap = tests::heap_with_everything();
  const TemporaryDirectory directory;
  write_hsd(heap, directory / "heap.hsd", Compression::kNone);
  const Heap mapped = open_dump(directory / "heap.hsd");
  write_hsd(mapped, directory / "heap.hsd", Compression::kZstd);
  EXPECT_EQ(column_bytes(mapped), column_bytes(heap));
  EXPECT_EQ(column_bytes(open_dump(directory / "heap.hsd")), column_bytes(heap));
}

TEST_P(HsdRoundTrip, KeepsFactsThatTheFirstVersionDidNotHave) {
  dump::HeapColumns columns = tests::heap_with_everything().columns();
  columns.facts.pid_in_namespace = 17;
  expect_same_after_round_trip(Heap(std::move(columns)));
}

TEST(Hsd, FilesOfTheFirstVersionAreStillRead) {
  // Written once and committed: they must remain readable however the writer changes.
  const std::filesystem::path corpus = HEAPSCAN_HSD_CORPUS;
  const Heap heap = tests::heap_with_everything();
  // Facts that they do not have yet are unknown.
  const dump::ProcessFacts unknown;
  dump::ProcessFacts told = heap.facts();
  told.gc_collections = unknown.gc_collections;
  told.gc_collected = unknown.gc_collected;
  told.gc_uncollectable = unknown.gc_uncollectable;
  for (const char* name : {"all-raw.hsd", "all-zstd.hsd"}) {
    const Heap read = open_dump(corpus / name);
    EXPECT_EQ(column_bytes(read), column_bytes(heap)) << name;
    EXPECT_EQ(read.facts(), told) << name;
  }
}

TEST(Hsd, AnUnreachableDirectoryIsAnOutputError) {
  try {
    write_hsd(tests::empty_heap(), "/no/such/heap.hsd", Compression::kZstd);
    FAIL() << "wrote to a directory that does not exist";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOutput);
    EXPECT_EQ(std::string(error.what()), "write /no/such/heap.hsd: No such file or directory");
  }
}

TEST(Hsd, TheFirstBytesIdentifyTheFormat) {
  const std::vector<std::byte> file = hsd_bytes(tests::empty_heap(), Compression::kNone);
  EXPECT_TRUE(probe_hsd(file));
  EXPECT_TRUE(probe_hsd(std::span(file).first(5)));
  EXPECT_FALSE(probe_hsd({}));
  EXPECT_FALSE(probe_hsd(std::as_bytes(std::span(std::string_view("SQLite format 3")))));
}

TEST(Hsd, CompressedHeapsAreSmall) {
  // A list of instances with a dict each, as in most heaps.
  dump::HeapBuilder builder;
  const auto type = builder.add_type("shop.Session");
  const auto dict = builder.add_type("dict");
  const auto text = builder.add_type("str");
  const auto name = builder.intern("__dict__");
  std::uint64_t address = 0x7f0000000000;
  const auto add = [&](dump::TypeId of, std::uint64_t size) {
    address += size;
    return builder.add_object(
        {.address = address, .type = of, .size = size, .refcount = 1, .flags = {}});
  };
  const auto list = add(builder.add_type("list"), 56);
  const auto type_object = add(builder.add_type("type"), 1064);
  builder.set_type_object(type, type_object);
  const auto key = add(text, 48);
  for (std::uint32_t row = 0; row < 100000; ++row) {
    const auto instance = add(type, 48);
    const auto attributes = add(dict, 184);
    const auto value = add(text, 64);
    builder.add_item(list, instance, row);
    builder.add_type_reference(instance, type_object);
    builder.add_attribute(instance, attributes, name);
    builder.add_key(attributes, key, 0);
    builder.add_value(attributes, value, key);
  }
  const Heap heap = std::move(builder).finish();
  const std::size_t size = hsd_bytes(heap, Compression::kZstd).size();
  EXPECT_LE(size, std::size_t{4} * heap.object_count());
  EXPECT_LE(hsd_bytes(heap, Compression::kNone).size(),
            std::size_t{40} * heap.object_count() + 20U * heap.reference_count());
}

}  // namespace
}  // namespace heapscan::formats
