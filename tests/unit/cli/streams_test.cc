#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "cli/console/descriptor_stream.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

TEST(DescriptorStream, AFullDiskIsReportedAsAnError) {
  const int full = open("/dev/full", O_WRONLY);
  DescriptorBuffer buffer(full, "standard output");
  std::ostream out(&buffer);
  out.exceptions(std::ios::badbit);
  try {
    out << "a result" << std::flush;
    FAIL() << "the error went unnoticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOutput);
    EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos);
  }
  close(full);
}

TEST(DescriptorStream, AReaderThatExitsEarlyIsNotAnError) {
  const auto handler = std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  {
    DescriptorBuffer buffer(ends[1], "standard output");
    std::ostream out(&buffer);
    out.exceptions(std::ios::badbit);
    EXPECT_NO_THROW(out << std::string(1 << 20, 'x') << std::flush);
    EXPECT_TRUE(out.good());
  }
  close(ends[1]);
  std::signal(SIGPIPE, handler);
}

TEST(DescriptorStream, EveryByteArrives) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  DescriptorBuffer buffer(ends[1], "pipe");
  std::ostream out(&buffer);
  out << 'a' << "bc" << 17 << std::flush;
  close(ends[1]);
  std::string text(16, '\0');
  text.resize(static_cast<std::size_t>(read(ends[0], text.data(), text.size())));
  close(ends[0]);
  EXPECT_EQ(text, "abc17");
}

}  // namespace
}  // namespace heapscan::cli
