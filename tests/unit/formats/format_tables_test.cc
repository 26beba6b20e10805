#include <sstream>
#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

#include "formats/dump_readers.h"
#include "formats/graph_writers.h"
#include "formats/hsd/hsd.h"
#include "tests/unit/formats/hsd_reading.h"
#include "tests/unit/formats/sample_heaps.h"

namespace heapscan::formats {
namespace {

TEST(DumpReaders, AFileIsReadByTheReaderThatItsBytesAskFor) {
  const std::vector<std::byte> file =
      tests::hsd_bytes(tests::heap_with_everything(), Compression::kZstd);
  const DumpReader* const reader = find_reader(file);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->name, "hsd");
  EXPECT_EQ(tests::read_copy(file).columns().format, reader->name);
  const std::vector<std::byte> other(100, std::byte{'J'});
  EXPECT_EQ(find_reader(other), nullptr);
}

TEST(DumpReaders, SupportedFormatsAreNamedWithTheirExtensions) {
  EXPECT_EQ(supported_dumps(), "hsd (.hsd)");
}

TEST(GraphWriters, AreFoundByNameAndByTheExtensionOfTheFile) {
  for (const NeighbourhoodWriter& writer : neighbourhood_writers()) {
    EXPECT_EQ(writer_named(writer.traits.name), GraphWriter(&writer));
    for (const std::string_view extension : writer.traits.extensions) {
      EXPECT_EQ(writer_for("a" + std::string(extension)), GraphWriter(&writer));
    }
  }
  for (const HeapWriter& writer : heap_writers()) {
    EXPECT_EQ(writer_named(writer.traits.name), GraphWriter(&writer));
    for (const std::string_view extension : writer.traits.extensions) {
      EXPECT_EQ(writer_for("a" + std::string(extension)), GraphWriter(&writer));
    }
  }
  EXPECT_EQ(writer_named("svg"), GraphWriter());
  EXPECT_EQ(writer_for("dot"), GraphWriter());
  EXPECT_EQ(writer_names(", "), "dot, hsd");
}

TEST(GraphWriters, AHeapWrittenToAStreamIsTheFileThatIsWritten) {
  const dump::Heap heap = tests::heap_with_everything();
  std::ostringstream out;
  heap_writers().front().write(heap, out);
  const std::string text = out.str();
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_EQ(std::vector<std::byte>(bytes.begin(), bytes.end()),
            tests::hsd_bytes(heap, Compression::kZstd));
}

}  // namespace
}  // namespace heapscan::formats
