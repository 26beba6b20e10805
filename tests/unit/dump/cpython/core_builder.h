#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapscan::tests {

/// Builds the bytes of a core file piece by piece, laid out as by the kernel: header, program
/// headers, notes, segments.
class CoreBuilder {
 public:
  struct File {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t page = 0;  ///< Where in the file, in pages.
    std::string path;
  };

  CoreBuilder& process(int pid, std::string_view command);
  /// `pointer`: as %fs has it, a pthread_t.
  CoreBuilder& thread(int id, int signal, std::uint64_t pointer);
  CoreBuilder& files(const std::vector<File>& files);
  CoreBuilder& note(std::string_view name, std::uint32_t type, const std::vector<std::byte>& bytes);

  /// A segment of `size` bytes in memory, of which the core has `stored`.
  CoreBuilder& segment(std::uint64_t address,
                       std::uint64_t size,
                       const std::vector<std::byte>& stored,
                       std::uint32_t flags);

  /// Stores the number of program headers where a core file with very many of them has it.
  CoreBuilder& count_in_section();

  [[nodiscard]] std::vector<std::byte> bytes() const;

 private:
  struct Segment {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::vector<std::byte> stored;
    std::uint32_t flags = 0;
  };

  std::vector<std::byte> notes_;
  std::vector<Segment> segments_;
  bool count_in_section_ = false;
};

[[nodiscard]] std::vector<std::byte> bytes_of(std::string_view text);

/// The start of an ELF library with this build ID (none if empty) and two segments: headers and
/// constants in the first page, code in the second.
[[nodiscard]] std::vector<std::byte> small_library(std::string_view build_id,
                                                   std::string_view constants);

}  // namespace heapscan::tests
