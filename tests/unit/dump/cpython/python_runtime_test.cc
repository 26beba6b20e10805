#include "dump/cpython/interpreter/python_runtime.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include <elf.h>
#include <gtest/gtest.h>

#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

/// A program that has mapped one file, which starts with an ELF header.
class ProgramWithHeader : public ProgramFiles {
 public:
  explicit ProgramWithHeader(const Elf64_Ehdr& header) : header_(header) {
    mappings_.push_back(
        {.begin = Address(0x400000), .end = Address(0x401000), .path = "/opt/bin/python3.12"});
  }

  [[nodiscard]] std::string name() const override { return "process 42"; }

  [[nodiscard]] const std::vector<MemoryMapping>& mappings() const override { return mappings_; }

  [[nodiscard]] const std::string& executable() const override { return mappings_[0].path; }

  [[nodiscard]] FileDescriptor open_file(const MemoryMapping& /*mapping*/) const override {
    FileDescriptor file(::memfd_create("header", MFD_CLOEXEC));
    EXPECT_EQ(::write(file.get(), &header_, sizeof(header_)), ssize_t{sizeof(header_)});
    return file;
  }

  [[nodiscard]] bool read(Address /*address*/, std::span<std::byte> /*to*/) const override {
    return false;
  }

 private:
  Elf64_Ehdr header_;
  std::vector<MemoryMapping> mappings_;
};

std::string refusal_of(unsigned char file_class, Elf64_Half machine) {
  Elf64_Ehdr header = {};
  std::copy_n(ELFMAG, SELFMAG, std::begin(header.e_ident));
  header.e_ident[EI_CLASS] = file_class;
  header.e_machine = machine;
  try {
    (void)find_python_runtime(ProgramWithHeader(header));
  } catch (const Error& error) {
    return error.what();
  }
  return "not refused";
}

TEST(PythonRuntime, AProgramForAnotherProcessorIsRejectedByName) {
  for (const auto& [file_class, machine] :
       {std::pair<unsigned char, Elf64_Half>(ELFCLASS64, EM_AARCH64),
        {ELFCLASS32, EM_386},
        {ELFCLASS32, EM_X86_64}}) {
    const std::string refusal = refusal_of(file_class, machine);
    EXPECT_NE(refusal.find("/opt/bin/python3.12 is for another processor"), std::string::npos)
        << refusal;
    EXPECT_NE(refusal.find("x86-64"), std::string::npos) << refusal;
  }
}

TEST(PythonRuntime, AProgramWithoutAnInterpreterIsNotPython) {
  const std::string refusal = refusal_of(ELFCLASS64, EM_X86_64);
  EXPECT_NE(refusal.find("not a CPython process"), std::string::npos) << refusal;
}

}  // namespace
}  // namespace heapscan::dump::cpython
