#include "dump/cpython/target/static_data.h"

#include <algorithm>

#include "dump/cpython/target/elf_file.h"

namespace heapscan::dump::cpython {
namespace {

/// Whether a program file may have variables that hold objects. A library with a version in its
/// name is not an extension module and knows nothing about Python.
bool may_hold_objects(const std::string& file, const std::string& interpreter) {
  return file == interpreter || file.find(".so.") == std::string::npos;
}

/// Where the file whose first mapping is `start` has its variables.
std::vector<AddressRange> variables_of(const ProgramFiles& program, const MemoryMapping& start) {
  const ElfFile elf(program.open_file(start));
  const auto bias = elf.load_bias(start.begin, start.file_offset);
  std::vector<AddressRange> ranges;
  if (elf.valid() && bias) {
    for (const ElfFile::LinkedRange& range : elf.writable_memory()) {
      ranges.push_back({Address(range.begin + *bias), Address(range.end + *bias)});
    }
    return ranges;
  }
  for (const MemoryMapping& mapping : program.mappings()) {
    if (mapping.path == start.path) {
      ranges.push_back({mapping.begin, mapping.end});
    }
  }
  return ranges;
}

/// The part of the range that is private writable memory: without what the loader made constant
/// after relocating it.
void add_writable(const ProgramFiles& program,
                  const AddressRange& range,
                  const MemoryMapping& start,
                  std::vector<StaticData>& data) {
  for (const MemoryMapping& mapping : program.mappings()) {
    const bool of_file = mapping.path.empty() || mapping.path == start.path;
    const AddressRange part = {std::max(mapping.begin, range.begin),
                               std::min(mapping.end, range.end)};
    if (part.begin < part.end && of_file && mapping.writable && !mapping.shared) {
      data.push_back({part, start.path.substr(start.path.rfind('/') + 1)});
    }
  }
}

}  // namespace

std::vector<StaticData> find_static_data(const ProgramFiles& program,
                                         const std::string& interpreter) {
  std::vector<StaticData> data;
  std::string last;
  for (const MemoryMapping& mapping : program.mappings()) {
    if (!mapping.is_file() || mapping.path == last ||
        !may_hold_objects(mapping.path, interpreter)) {
      continue;
    }
    last = mapping.path;
    std::vector<StaticData> found;
    for (const AddressRange& range : variables_of(program, mapping)) {
      add_writable(program, range, mapping, found);
    }
    data.insert(mapping.path == interpreter ? data.begin() : data.end(), found.begin(),
                found.end());
  }
  return data;
}

}  // namespace heapscan::dump::cpython
