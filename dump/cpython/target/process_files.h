#pragma once

#include <sys/types.h>

#include "dump/cpython/target/program_files.h"

namespace heapscan::dump::cpython {

/// The files of a running process, which may be in another mount namespace.
class ProcessFiles final : public ProgramFiles {
 public:
  /// Throws Error(kTarget).
  explicit ProcessFiles(pid_t pid);

  [[nodiscard]] std::string name() const override;

  [[nodiscard]] const std::vector<MemoryMapping>& mappings() const override { return mappings_; }

  [[nodiscard]] const std::string& executable() const override { return executable_; }

  [[nodiscard]] FileDescriptor open_file(const MemoryMapping& mapping) const override;

  [[nodiscard]] bool read(Address address, std::span<std::byte> to) const override;

 private:
  [[nodiscard]] std::string proc_path(std::string_view name) const;

  pid_t pid_;
  std::vector<MemoryMapping> mappings_;
  std::string executable_;
};

}  // namespace heapscan::dump::cpython
