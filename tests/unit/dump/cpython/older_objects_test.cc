#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dump/cpython/interpreter/native_thread_ids.h"
#include "dump/cpython/objects/builtin/code.h"
#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/model/object_reader.h"

namespace heapscan::dump::cpython {
namespace {

/// Memory at 0x10000 into which a test writes structures of an old version of CPython.
class OldMemory {
 public:
  static constexpr Address kBegin{0x10000};
  static constexpr std::uint64_t kSize = 0x4000;

  explicit OldMemory(unsigned minor)
      : bytes_(std::make_shared<std::vector<std::byte>>(kSize)),
        image_({{kBegin, kBegin + kSize, bytes_->data()}}, bytes_),
        reader_(image_, *find_layouts(3, minor).front(), kBegin) {}

  template <class T>
  void put(Address address, T value) {
    std::memcpy(bytes_->data() + (address - kBegin), &value, sizeof(value));
  }

  void put_bytes(Address address, const std::vector<int>& values) {
    for (const int value : values) {
      put(address, static_cast<std::uint8_t>(value));
      address += 1;
    }
  }

  [[nodiscard]] const ObjectReader& reader() const { return reader_; }

 private:
  std::shared_ptr<std::vector<std::byte>> bytes_;
  MemoryImage image_;
  ObjectReader reader_;
};

constexpr Address kKeys = OldMemory::kBegin + 0x100;

/// A table with this many slots and two entries, {hash, 0x100 * entry + 1, 0x100 * entry + 2}.
Address put_keys(OldMemory& memory, std::uint64_t slots, std::uint64_t index_size) {
  memory.put(kKeys, std::uint64_t{1});
  memory.put(kKeys + 8, slots);
  memory.put(kKeys + 32, std::uint64_t{2});
  const Address entries = kKeys + 40 + slots * index_size;
  for (std::uint64_t entry = 0; entry < 2; ++entry) {
    memory.put(entries + entry * 24 + 8, 0x100 * entry + 1);
    memory.put(entries + entry * 24 + 16, 0x100 * entry + 2);
  }
  return entries;
}

TEST(DictKeysOfOldVersions, TheIndexBeforeTheEntriesIsAsWideAsTheTableRequires) {
  for (const auto& [slots, index_size] :
       {std::pair<std::uint64_t, std::uint64_t>{8, 1}, {128, 1}, {256, 2}, {1024, 2}}) {
    OldMemory memory(8);
    put_keys(memory, slots, index_size);
    const DictKeys keys(memory.reader(), kKeys);
    ASSERT_TRUE(keys.valid()) << slots;
    ASSERT_EQ(keys.entry_count(), 2U);
    EXPECT_EQ(keys.key(1), Address(0x101)) << slots;
    EXPECT_EQ(keys.value(1), Address(0x102)) << slots;
    EXPECT_EQ(keys.size(), 40 + slots * index_size + slots * 2 / 3 * 24);
  }
}

TEST(DictKeysOfOldVersions, AnImpossibleTableIsRejected) {
  OldMemory memory(10);
  put_keys(memory, 8, 1);
  memory.put(kKeys + 32, std::uint64_t{6});  // More entries than the slots have room for.
  EXPECT_FALSE(DictKeys(memory.reader(), kKeys).valid());
  put_keys(memory, 8, 1);
  memory.put(kKeys + 8, std::uint64_t{9});  // Not a power of two.
  EXPECT_FALSE(DictKeys(memory.reader(), kKeys).valid());
  memory.put(kKeys + 8, std::uint64_t{1} << 60U);
  EXPECT_FALSE(DictKeys(memory.reader(), kKeys).valid());
  EXPECT_FALSE(DictKeys(memory.reader(), {}).valid());
  EXPECT_FALSE(DictKeys(memory.reader(), Address(0x999000)).valid());
}

TEST(TextOfOldVersions, AStringWithOnlyAWideFormIsReadFromIt) {
  OldMemory memory(9);
  constexpr Address kText = OldMemory::kBegin + 0x100;
  constexpr Address kWide = OldMemory::kBegin + 0x200;
  memory.put(kText + 32, std::uint8_t{0});
  memory.put(kText + 40, kWide);
  memory.put(kText + 64, std::uint64_t{3});
  const std::array<wchar_t, 3> characters = {L'h', L'\u00e9', L'!'};
  memory.put(kWide, characters);
  EXPECT_EQ(read_text(memory.reader(), kText, 100), "h\xc3\xa9!");
  ASSERT_TRUE(read_text_object(memory.reader(), kText).has_value());
  EXPECT_FALSE(read_text_object(memory.reader(), kText)->ready);
  memory.put(kText + 40, std::uint64_t{0});
  EXPECT_FALSE(read_text_object(memory.reader(), kText).has_value());
}

constexpr Address kCode = OldMemory::kBegin + 0x100;
constexpr Address kBytecode = OldMemory::kBegin + 0x300;
constexpr Address kTable = OldMemory::kBegin + 0x600;

/// A code object that starts at line 10 and has this line table.
void put_code(OldMemory& memory, const std::vector<int>& table) {
  memory.put(kCode + 40, std::int32_t{10});
  memory.put(kCode + 48, kBytecode);
  memory.put(kCode + 120, kTable);
  memory.put(kTable + 16, std::uint64_t{table.size()});
  memory.put_bytes(kTable + 32, table);
}

std::uint32_t line_at(const OldMemory& memory, std::int64_t offset) {
  const CodeReader code(memory.reader(), kCode);
  return code.line(code.first_instruction() + static_cast<std::uint64_t>(offset));
}

TEST(LinesOfOldVersions, StepsGiveTheAddressAtWhichALineStarts) {
  for (const unsigned minor : {8U, 9U}) {
    OldMemory memory(minor);
    put_code(memory, {4, 1, 6, 0xFE, 255, 0, 10, 127, 0, 100});
    EXPECT_EQ(line_at(memory, 0), 10U);
    EXPECT_EQ(line_at(memory, 2), 10U);
    EXPECT_EQ(line_at(memory, 4), 11U);
    EXPECT_EQ(line_at(memory, 10), 9U);
    EXPECT_EQ(line_at(memory, 274), 9U);
    EXPECT_EQ(line_at(memory, 275), 236U);
    EXPECT_EQ(line_at(memory, -1), 10U) << "before the first instruction";
  }
}

TEST(LinesOfOldVersions, RangesGiveTheirOwnLineOrNone) {
  OldMemory memory(10);
  put_code(memory, {4, 1, 6, 0xFE, 2, 0x80, 2, 0});
  EXPECT_EQ(line_at(memory, 0), 11U);
  EXPECT_EQ(line_at(memory, 2), 11U);
  EXPECT_EQ(line_at(memory, 4), 9U);
  EXPECT_EQ(line_at(memory, 10), 0U);
  EXPECT_EQ(line_at(memory, 12), 9U);
  EXPECT_EQ(line_at(memory, 14), 0U) << "behind the last range";
  EXPECT_EQ(line_at(memory, -2), 10U) << "before the first instruction";
}

/// Threads with these pthread_t.
std::vector<FoundThread> threads_with(const std::vector<Address>& identifiers) {
  std::vector<FoundThread> threads;
  for (const Address identifier : identifiers) {
    threads.emplace_back().identifier = identifier;
  }
  return threads;
}

TEST(ThreadNumbersOfOldVersions, AreWhereTheMainThreadHasThePidOfTheProcess) {
  OldMemory memory(8);
  constexpr Address kMain = OldMemory::kBegin + 0x1000;
  constexpr Address kOther = OldMemory::kBegin + 0x2000;
  memory.put(kMain + 100, std::int32_t{42});  // By chance; the other thread has none there.
  memory.put(kMain + 720, std::int32_t{42});
  memory.put(kOther + 720, std::int32_t{57});
  // The third is the main thread's state in another interpreter.
  std::vector<FoundThread> threads = threads_with({kOther, kMain, kMain});
  find_native_thread_ids(memory.reader(), kMain, 42, {}, threads);
  EXPECT_EQ(threads[0].native_id, 57U);
  EXPECT_EQ(threads[1].native_id, 42U);
  EXPECT_EQ(threads[2].native_id, 42U);
}

TEST(ThreadNumbersOfOldVersions, AreThoseOfTheCoreIfItHasThem) {
  OldMemory memory(8);
  constexpr Address kMain = OldMemory::kBegin + 0x1000;
  constexpr Address kOther = OldMemory::kBegin + 0x2000;
  const std::vector<NativeThread> known = {{kMain, 42}, {Address(0x7000), 50}, {kOther, 57}};
  std::vector<FoundThread> threads = threads_with({kOther, kMain});
  find_native_thread_ids(memory.reader(), kMain, 42, known, threads);
  EXPECT_EQ(threads[0].native_id, 57U);
  EXPECT_EQ(threads[1].native_id, 42U);
}

TEST(ThreadNumbersOfOldVersions, StayUnknownIfNoPlaceFitsAllThreads) {
  OldMemory memory(8);
  constexpr Address kMain = OldMemory::kBegin + 0x1000;
  constexpr Address kOther = OldMemory::kBegin + 0x2000;
  memory.put(kMain + 720, std::int32_t{42});
  memory.put(kOther + 720, std::int32_t{42});  // Two threads cannot have one number.
  std::vector<FoundThread> threads = threads_with({kMain, kOther, Address(0x999000)});
  find_native_thread_ids(memory.reader(), kMain, 42, {}, threads);
  EXPECT_EQ(threads[0].native_id, 0U);
  EXPECT_EQ(threads[1].native_id, 0U);
}

}  // namespace
}  // namespace heapscan::dump::cpython
