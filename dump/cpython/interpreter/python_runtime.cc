#include "dump/cpython/interpreter/python_runtime.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "dump/cpython/interpreter/version_text.h"
#include "dump/cpython/layouts/layout.h"
#include "dump/cpython/target/elf_file.h"
#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

/// The four bytes at `address`; the version is a constant.
std::optional<std::uint32_t> read_word(const ProgramFiles& program, Address address) {
  std::uint32_t word = 0;
  if (!program.read(address, std::as_writable_bytes(std::span(&word, 1)))) {
    return std::nullopt;
  }
  return word;
}

/// PY_VERSION_HEX: 0x030B02F0 is 3.11.2 final.
void decode_version(std::uint32_t hex, PythonRuntime& runtime) {
  runtime.major = hex >> 24U;
  runtime.minor = (hex >> 16U) & 0xFFU;
  runtime.micro = (hex >> 8U) & 0xFFU;
  runtime.version = std::to_string(runtime.major) + "." + std::to_string(runtime.minor) + "." +
                    std::to_string(runtime.micro);
  const unsigned level = (hex >> 4U) & 0xFU;
  const char* const name = level == 0xA ? "a" : level == 0xB ? "b" : level == 0xC ? "rc" : "";
  if (*name != '\0') {
    runtime.version += name + std::to_string(hex & 0xFU);
  }
}

/// "3.9" from "libpython3.9.so.1.0" or "python2.7"; empty if the name has no version.
std::string version_in_name(std::string_view name) {
  const std::size_t at = name.find("python");
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = name.substr(at + 6);
  std::size_t end = 0;
  while (end < rest.size() && (std::isdigit(static_cast<unsigned char>(rest[end])) != 0 ||
                               (rest[end] == '.' && end + 1 < rest.size() &&
                                std::isdigit(static_cast<unsigned char>(rest[end + 1])) != 0))) {
    ++end;
  }
  return std::string(rest.substr(0, end));
}

/// Before 3.11 the version is in memory only as the string that Py_GetVersion() created.
std::string version_in_memory(const ProgramFiles& program, const ElfFile& elf, std::uint64_t bias) {
  constexpr std::uint64_t kLargestRange = std::uint64_t{1} << 26U;
  for (const ElfFile::LinkedRange& range : elf.zeroed_memory()) {
    std::vector<std::byte> memory(std::min(range.end - range.begin, kLargestRange));
    if (program.read(Address(range.begin + bias), memory)) {
      if (std::string text = find_version_text(memory); !text.empty()) {
        return text;
      }
    }
  }
  return {};
}

/// From "3.10.13" or "3.9.0rc1", or the part found in a file name, "3.10".
void decode_version_text(const std::string& text, PythonRuntime& runtime) {
  if (std::sscanf(text.c_str(), "%u.%u.%u", &runtime.major, &runtime.minor, &runtime.micro) >= 2) {
    runtime.version = text;
  } else {
    runtime.major = 0;
  }
}

/// Why a build of a supported version is unsupported; empty if it is supported.
std::string unsupported_build(const ProgramFiles& program, const PythonRuntime& runtime) {
  static constexpr std::string_view kCookie = "xdebugpy";

  struct {
    std::array<char, kCookie.size()> cookie = {};
    std::uint64_t version = 0;
    std::uint64_t free_threaded = 0;
  } start;  // Of _Py_DebugOffsets, with which _PyRuntime begins since 3.13.

  for (const MemoryMapping& mapping : program.mappings()) {
    if (file_name(mapping.path).starts_with("ld-musl-")) {
      return "with the C library musl";
    }
  }
  if (runtime.major == 3 && runtime.minor < 13) {
    return {};
  }
  if (!program.read(runtime.address, std::as_writable_bytes(std::span(&start, 1))) ||
      std::string_view(start.cookie.data(), start.cookie.size()) != kCookie) {
    return "without the table of its structure offsets";
  }
  return start.free_threaded != 0 ? "free-threaded (without the global interpreter lock)" : "";
}

[[noreturn]] void throw_unsupported(const ProgramFiles& program,
                                    std::string_view version,
                                    std::string_view build = {}) {
  std::string text = program.name() + ": runs CPython ";
  text += version.empty() ? "of an unknown version" : version;
  text += build.empty() ? "" : ", built ";
  text += build;
  text += ": unsupported; supported: " + supported_versions();
  throw Error(ErrorKind::kTarget, text);
}

/// The first mapping of each file that may contain the interpreter: libraries, then the program.
std::vector<MemoryMapping> candidates(const ProgramFiles& program) {
  std::vector<MemoryMapping> libraries;
  std::vector<MemoryMapping> programs;
  std::string last;
  for (const MemoryMapping& mapping : program.mappings()) {
    if (!mapping.is_file() || mapping.path == last) {
      continue;
    }
    last = mapping.path;
    if (mapping.path == program.executable()) {
      programs.push_back(mapping);
    } else if (file_name(mapping.path).starts_with("libpython")) {
      libraries.push_back(mapping);
    }
  }
  libraries.insert(libraries.end(), programs.begin(), programs.end());
  return libraries;
}

/// Finds the version of the interpreter in `elf`; `named` is the one in the name of the file.
/// Leaves 0 if neither is known.
void read_version(const ProgramFiles& program,
                  const ElfFile& elf,
                  std::uint64_t bias,
                  const std::string& named,
                  PythonRuntime& runtime) {
  if (const auto version_address = elf.symbol("Py_Version")) {
    if (const auto hex = read_word(program, Address(*version_address + bias))) {
      decode_version(*hex, runtime);
    }
    return;
  }
  const std::string text = version_in_memory(program, elf, bias);
  decode_version_text(text.empty() ? named : text, runtime);
}

/// Whether the running build publishes the numbers of this layout.
bool fits(const ProgramFiles& program, const PythonRuntime& runtime, const Layout& layout) {
  return std::all_of(layout.published.begin(), layout.published.end(),
                     [&](const PublishedNumber& published) {
                       std::uint64_t number = 0;
                       return program.read(runtime.address + published.position,
                                           std::as_writable_bytes(std::span(&number, 1))) &&
                              number == published.number;
                     });
}

/// Throws Error(kTarget) if this interpreter is not supported; else finds its variables.
void accept(const ProgramFiles& program,
            const ElfFile& elf,
            std::uint64_t bias,
            PythonRuntime& runtime) {
  const std::span<const Layout* const> layouts = find_layouts(runtime.major, runtime.minor);
  if (layouts.empty()) {
    throw_unsupported(program, runtime.version);
  }
  // If no layout fits, the build is refused once its memory is read, naming the number that
  // differs.
  runtime.layout = &newest_layout(layouts, runtime.micro);
  if (!fits(program, runtime, *runtime.layout)) {
    const auto fitting = std::find_if(layouts.begin(), layouts.end(), [&](const Layout* layout) {
      return fits(program, runtime, *layout);
    });
    runtime.layout = fitting == layouts.end() ? runtime.layout : *fitting;
  }
  for (const StaticRoots& variable : runtime.layout->statics) {
    const auto place = elf.symbol(variable.symbol);
    runtime.statics.push_back(place ? Address(*place + bias) : Address());
  }
  if (const std::string build = unsupported_build(program, runtime); !build.empty()) {
    throw_unsupported(program, runtime.version, build);
  }
}

}  // namespace

PythonRuntime find_python_runtime(const ProgramFiles& program) {
  std::string unread;   // A file that may contain it.
  std::string foreign;  // Likewise, of another processor.
  for (const MemoryMapping& candidate : candidates(program)) {
    FileDescriptor file = program.open_file(candidate);
    if (!file.is_open()) {
      unread = unread.empty() ? candidate.path : unread;
      continue;
    }
    const ElfFile elf(std::move(file));
    if (elf.foreign()) {
      foreign = foreign.empty() ? candidate.path : foreign;
      continue;
    }
    const auto bias = elf.load_bias(candidate.begin, candidate.file_offset);
    if (!elf.valid() || !bias) {
      continue;
    }
    auto address = elf.symbol("_PyRuntime");
    if (!address) {
      address = elf.section_address(".PyRuntime");
    }
    const std::string named = version_in_name(file_name(candidate.path));
    if (!address) {
      if (elf.symbol("Py_Main") || elf.symbol("Py_BytesMain")) {
        throw_unsupported(program, named);
      }
      continue;
    }
    PythonRuntime runtime;
    read_version(program, elf, *bias, named, runtime);
    if (runtime.major == 0) {
      throw_unsupported(program, named);
    }
    runtime.address = Address(*address + *bias);
    runtime.file = candidate.path;
    accept(program, elf, *bias, runtime);
    return runtime;
  }
  if (!foreign.empty()) {
    throw Error(ErrorKind::kTarget,
                program.name() + ": " + foreign +
                    " is for another processor; supported: " + supported_versions());
  }
  if (!unread.empty()) {
    throw Error(ErrorKind::kTarget, program.name() + ": cannot tell whether it runs CPython: " +
                                        unread + " cannot be read");
  }
  throw Error(ErrorKind::kTarget, program.name() + ": not a CPython process: " +
                                      program.executable() + " does not contain CPython");
}

}  // namespace heapscan::dump::cpython
