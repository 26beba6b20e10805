#include "dump/cpython/target/memory_image.h"

#include <cstring>

#include <gtest/gtest.h>

#include "dump/cpython/graph/object_index.h"

namespace heapscan::dump::cpython {
namespace {

/// Two ranges of 0x1000 bytes, at 0x10000 and 0x30000; word i of the first one contains i.
class TwoRanges {
 public:
  TwoRanges() : storage_(std::make_shared<std::vector<std::uint64_t>>(0x2000 / 8)) {
    for (std::size_t word = 0; word < storage_->size(); ++word) {
      (*storage_)[word] = word;
    }
    const auto* const bytes = static_cast<const std::byte*>(static_cast<void*>(storage_->data()));
    image = MemoryImage({{Address(0x30000), Address(0x31000), bytes + 0x1000},
                         {Address(0x10000), Address(0x11000), bytes}},
                        storage_);
  }

  MemoryImage image;

 private:
  std::shared_ptr<std::vector<std::uint64_t>> storage_;
};

TEST(MemoryImage, CopiedMemoryIsReadByItsAddress) {
  const TwoRanges memory;
  const ImageReader reader(memory.image);
  EXPECT_EQ(reader.read<std::uint64_t>(Address(0x10008)), 1U);
  EXPECT_EQ(reader.read<std::uint64_t>(Address(0x30000)), 0x200U);
  EXPECT_EQ(reader.pointer(Address(0x10FF8)), Address(0x1FF));
  EXPECT_EQ(reader.word(Address(0x10FF8)), 0x1FFU);
}

TEST(MemoryImage, MemoryThatWasNotCopiedIsAbsent) {
  const TwoRanges memory;
  const ImageReader reader(memory.image);
  EXPECT_FALSE(reader.read<std::uint64_t>(Address(0xFFF8)).has_value());
  EXPECT_FALSE(reader.read<std::uint64_t>(Address(0x11000)).has_value());
  EXPECT_FALSE(reader.read<std::uint64_t>(Address(0x10FF9)).has_value());
  EXPECT_FALSE(reader.read<std::uint64_t>(Address(0xFFFFFFFFFFFFFFFF)).has_value());
  EXPECT_EQ(reader.bytes(Address(0x10000), 0xFFFFFFFFFFFFFFFF), nullptr);
  EXPECT_NE(reader.bytes(Address(0x10000), 0x1000), nullptr);
  EXPECT_EQ(reader.bytes(Address(0x10000), 0x1001), nullptr);
  EXPECT_FALSE(reader.pointer(Address()));
}

TEST(MemoryImage, AStringEndsAtItsZeroOrItsLimitOrTheRange) {
  auto storage = std::make_shared<std::vector<char>>(16, 'x');
  std::memcpy(storage->data(), "heap", 5);
  const auto* const bytes = static_cast<const std::byte*>(static_cast<void*>(storage->data()));
  const MemoryImage image({{Address(0x1000), Address(0x1010), bytes}}, storage);
  const ImageReader reader(image);
  EXPECT_EQ(reader.text(Address(0x1000), 100), "heap");
  EXPECT_EQ(reader.text(Address(0x1000), 2), "he");
  EXPECT_EQ(reader.text(Address(0x100C), 100), "xxxx");
  EXPECT_EQ(reader.text(Address(0x2000), 100), "");
}

TEST(ObjectIndex, MembersAreNumberedByAddress) {
  const TwoRanges memory;
  ObjectIndex index(memory.image);
  for (const std::uint64_t address : {0x30010U, 0x10000U, 0x10FF8U, 0x10208U, 0x30000U}) {
    EXPECT_TRUE(index.insert(Address(address)));
  }
  EXPECT_FALSE(index.insert(Address(0x10208)));
  EXPECT_EQ(index.size(), 5U);
  index.number();
  EXPECT_EQ(index.row(Address(0x10000)), 0U);
  EXPECT_EQ(index.row(Address(0x10208)), 1U);
  EXPECT_EQ(index.row(Address(0x10FF8)), 2U);
  EXPECT_EQ(index.row(Address(0x30000)), 3U);
  EXPECT_EQ(index.row(Address(0x30010)), 4U);
  EXPECT_FALSE(index.row(Address(0x10008)).has_value());

  std::vector<Address> visited;
  index.for_each([&](Address address) { visited.push_back(address); });
  EXPECT_EQ(visited, (std::vector<Address>{Address(0x10000), Address(0x10208), Address(0x10FF8),
                                           Address(0x30000), Address(0x30010)}));
}

TEST(ObjectIndex, AnAddressThatIsUnalignedOrNotInTheImageIsNotAMember) {
  const TwoRanges memory;
  ObjectIndex index(memory.image);
  EXPECT_FALSE(index.insert(Address(0x10001)));
  EXPECT_FALSE(index.insert(Address(0x20000)));
  EXPECT_FALSE(index.insert(Address(0)));
  EXPECT_FALSE(index.contains(Address(0x20000)));
  EXPECT_EQ(index.size(), 0U);
}

}  // namespace
}  // namespace heapscan::dump::cpython
