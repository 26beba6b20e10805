#include "dump/cpython/target/process_maps.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

TEST(ProcessMaps, ALineHasRangePermissionsOffsetAndFile) {
  const auto mappings = parse_maps(
      "55d0c8a4e000-55d0c8a50000 r-xp 00002000 fe:00 1311    /usr/bin/a name with blanks\n"
      "7ffd2f3e1000-7ffd2f402000 rw-s 00000000 00:00 0       [stack]\n"
      "7f0000000000-7f0000001000 rw-p 00000000 00:00 0\n");
  ASSERT_EQ(mappings.size(), 3U);
  EXPECT_EQ(mappings[0].begin, Address(0x55d0c8a4e000));
  EXPECT_EQ(mappings[0].size(), 0x2000U);
  EXPECT_EQ(mappings[0].file_offset, 0x2000U);
  EXPECT_TRUE(mappings[0].executable);
  EXPECT_FALSE(mappings[0].writable);
  EXPECT_EQ(mappings[0].path, "/usr/bin/a name with blanks");
  EXPECT_TRUE(mappings[0].is_file());
  EXPECT_TRUE(mappings[1].shared);
  EXPECT_FALSE(mappings[1].is_file());
  EXPECT_TRUE(mappings[2].path.empty());
}

TEST(ProcessMaps, LinesThatAreNotUnderstoodAreIgnored) {
  EXPECT_TRUE(parse_maps("").empty());
  EXPECT_TRUE(parse_maps("\n\nno such line\n55d0-\n5-4 rw-p 0 0 0\n55d0-55e0\n").empty());
}

TEST(ProcessMaps, AProcessThatDoesNotExistIsNamed) {
  try {
    (void)read_maps(0x7FFFFFFF);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTarget);
    EXPECT_EQ(std::string(error.what()),
              "process 2147483647: no such process: it does not exist or has ended");
  }
}

}  // namespace
}  // namespace heapscan::dump::cpython
