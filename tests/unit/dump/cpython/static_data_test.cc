#include "dump/cpython/target/static_data.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <elf.h>
#include <gtest/gtest.h>

namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kPage = 4096;

/// A library with a page of headers and one of variables, which are `zeroed` bytes larger in
/// memory.
std::vector<std::byte> library(std::uint64_t zeroed) {
  Elf64_Ehdr header = {};
  std::memcpy(static_cast<void*>(header.e_ident), ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_machine = EM_X86_64;
  header.e_phoff = sizeof(header);
  header.e_phnum = 2;
  std::array<Elf64_Phdr, 2> segments = {};
  segments[0] = {PT_LOAD, PF_R, 0, 0, 0, kPage, kPage, kPage};
  segments[1] = {PT_LOAD, PF_R | PF_W, kPage, kPage, kPage, kPage, kPage + zeroed, kPage};
  std::vector<std::byte> bytes(2 * kPage);
  std::memcpy(bytes.data(), &header, sizeof(header));
  std::memcpy(bytes.data() + sizeof(header), segments.data(), sizeof(segments));
  return bytes;
}

/// A program that has mapped libraries.
class Program : public ProgramFiles {
 public:
  /// At `begin`, the two pages of the file; `rest` bytes of anonymous memory lie behind them.
  Program& map(const std::string& path, std::uint64_t begin, std::uint64_t rest) {
    add(path, begin, begin + kPage, 0, false);
    add(path, begin + kPage, begin + 2 * kPage, kPage, true);
    add("", begin + 2 * kPage, begin + 2 * kPage + rest, 0, true);
    return *this;
  }

  Program& file(const std::string& path, std::uint64_t zeroed) {
    files_[path] = library(zeroed);
    return *this;
  }

  [[nodiscard]] std::string name() const override { return "program"; }

  [[nodiscard]] const std::vector<MemoryMapping>& mappings() const override { return mappings_; }

  [[nodiscard]] const std::string& executable() const override { return executable_; }

  [[nodiscard]] FileDescriptor open_file(const MemoryMapping& mapping) const override {
    const auto found = files_.find(mapping.path);
    if (found == files_.end()) {
      return {};
    }
    FileDescriptor file(::memfd_create("library", MFD_CLOEXEC));
    EXPECT_EQ(::write(file.get(), found->second.data(), found->second.size()),
              static_cast<ssize_t>(found->second.size()));
    return file;
  }

  [[nodiscard]] bool read(Address /*address*/, std::span<std::byte> /*to*/) const override {
    return false;
  }

 private:
  void add(const std::string& path,
           std::uint64_t begin,
           std::uint64_t end,
           std::uint64_t offset,
           bool writable) {
    mappings_.push_back({.begin = Address(begin),
                         .end = Address(end),
                         .file_offset = offset,
                         .readable = true,
                         .writable = writable,
                         .path = path});
  }

  std::vector<MemoryMapping> mappings_;
  std::map<std::string, std::vector<std::byte>> files_;
  std::string executable_ = "/bin/program";
};

using Found = std::vector<std::tuple<std::string, std::uint64_t, std::uint64_t>>;

Found found_in(const Program& program, const std::string& interpreter = "/lib/python.so") {
  Found found;
  for (const StaticData& data : find_static_data(program, interpreter)) {
    found.emplace_back(data.file, data.range.begin.value(), data.range.end.value());
  }
  return found;
}

TEST(StaticDataOf, AFileEndsWhereItsHeadersSayNotWhereAdjacentMemoryEnds) {
  Program program;
  program.map("/lib/module.so", 0x10000, 16 * kPage).file("/lib/module.so", kPage + 100);
  EXPECT_EQ(found_in(program),
            (Found{{"module.so", 0x11000, 0x12000}, {"module.so", 0x12000, 0x13000 + 100}}));
}

TEST(StaticDataOf, AFileWithoutZeroedVariablesHasNothingAfterIt) {
  Program program;
  program.map("/lib/module.so", 0x10000, 16 * kPage).file("/lib/module.so", 0);
  EXPECT_EQ(found_in(program), (Found{{"module.so", 0x11000, 0x12000}}));
}

TEST(StaticDataOf, ForAFileThatCannotBeOpenedItsMappingsAreUsed) {
  Program program;
  program.map("/lib/module.so", 0x10000, 16 * kPage);
  EXPECT_EQ(found_in(program), (Found{{"module.so", 0x11000, 0x12000}}));
}

TEST(StaticDataOf, TheInterpreterComesFirstAndSystemLibrariesAreLeftOut) {
  Program program;
  program.map("/lib/module.so", 0x10000, kPage).file("/lib/module.so", 0);
  program.map("/lib/libz.so.1", 0x20000, kPage).file("/lib/libz.so.1", 0);
  program.map("/lib/libpython.so.1.0", 0x30000, kPage).file("/lib/libpython.so.1.0", 8);
  EXPECT_EQ(found_in(program, "/lib/libpython.so.1.0"),
            (Found{{"libpython.so.1.0", 0x31000, 0x32000},
                   {"libpython.so.1.0", 0x32000, 0x32008},
                   {"module.so", 0x11000, 0x12000}}));
}

}  // namespace
}  // namespace heapscan::dump::cpython
