#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/cpython/target/process_maps.h"
#include "dump/system/file_descriptor.h"

namespace heapscan::dump::cpython {

/// A program to search for an interpreter: its mappings, their files, and its memory. Implemented
/// by a live process and by a core.
class ProgramFiles {
 public:
  ProgramFiles() = default;
  virtual ~ProgramFiles() = default;
  ProgramFiles(const ProgramFiles&) = delete;
  ProgramFiles& operator=(const ProgramFiles&) = delete;
  ProgramFiles(ProgramFiles&&) = delete;
  ProgramFiles& operator=(ProgramFiles&&) = delete;

  /// The start of messages about it: "process 42", "core app.core".
  [[nodiscard]] virtual std::string name() const = 0;

  /// Ascending.
  [[nodiscard]] virtual const std::vector<MemoryMapping>& mappings() const = 0;

  /// The path of the program itself, as it appears in its mappings.
  [[nodiscard]] virtual const std::string& executable() const = 0;

  /// The file of a mapping, as it was when mapped; not open if it cannot be opened.
  [[nodiscard]] virtual FileDescriptor open_file(const MemoryMapping& mapping) const = 0;

  /// Fills `to` with the memory at `address`; returns false if some of it cannot be read.
  [[nodiscard]] virtual bool read(Address address, std::span<std::byte> to) const = 0;
};

}  // namespace heapscan::dump::cpython
