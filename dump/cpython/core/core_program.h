#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dump/cpython/core/core_file.h"
#include "dump/cpython/core/core_library.h"
#include "dump/cpython/target/memory_image.h"
#include "dump/cpython/target/program_files.h"
#include "dump/system/mapped_file.h"

namespace heapscan::dump::cpython {

/// The program of a core: the memory in the core, plus the constants that it lacks, taken from the
/// files that the program had mapped.
///
/// A file is used only if it is the same build that was mapped. Nothing is copied: the image refers
/// to the bytes of the core and of the files in place.
class CoreProgram final : public ProgramFiles {
 public:
  /// `core` and its bytes must outlive this and the image. Throws Error(kTarget) if the program
  /// that the user named is not that of the core.
  CoreProgram(const CoreFile& core, CoreSources sources);

  [[nodiscard]] std::string name() const override;

  [[nodiscard]] const std::vector<MemoryMapping>& mappings() const override { return mappings_; }

  [[nodiscard]] const std::string& executable() const override { return executable_; }

  [[nodiscard]] FileDescriptor open_file(const MemoryMapping& mapping) const override;

  [[nodiscard]] bool read(Address address, std::span<std::byte> to) const override;

  [[nodiscard]] const MemoryImage& image() const { return image_; }

  /// Bytes that the core has, by row of mappings().
  [[nodiscard]] const std::vector<std::uint64_t>& stored_bytes() const { return stored_bytes_; }

  /// What could not be found or checked, one line each.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  /// False if parts of the program's memory are missing.
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  using Ranges = std::vector<MemoryImage::Range>;

  /// The file with this path, and what the core has of its start.
  struct File {
    bool wanted = false;  ///< A program or library that is not entirely in the core.
    std::span<const std::byte> start;
    std::shared_ptr<const MappedFile> bytes;  ///< Null if it was not found.
  };

  void collect_mappings();
  void collect_files();
  void find_files();
  void warn_of(const std::string& path, const CoreLibrary& library);
  void add_stored(Ranges& ranges) const;
  void add_constants(Ranges& ranges) const;
  [[nodiscard]] const CoreNotes::MappedPart* part_at(Address address) const;

  [[nodiscard]] bool is_executable(const std::string& path) const { return path == executable_; }

  const CoreFile& core_;
  CoreSources sources_;
  std::string executable_;
  std::vector<MemoryMapping> mappings_;
  std::vector<std::uint64_t> stored_bytes_;
  std::map<std::string, File> files_;
  std::vector<std::string> warnings_;
  bool complete_ = true;
  MemoryImage image_;
};

}  // namespace heapscan::dump::cpython
