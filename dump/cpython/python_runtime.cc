#include "dump/cpython/python_runtime.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>

#include "dump/cpython/elf_file.h"
#include "dump/cpython/layout.h"
#include "dump/cpython/proc_files.h"
#include "dump/error.h"
#include "dump/file_descriptor.h"

namespace heapscan::dump::cpython {
namespace {

std::string proc_path(pid_t pid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/" + std::string(name);
}

std::string program_path(pid_t pid) {
  std::array<char, 4096> target;
  const ssize_t size = ::readlink(proc_path(pid, "exe").c_str(), target.data(), target.size());
  if (size < 0) {
    throw_target_error(pid, "tell which program it runs", errno);
  }
  return {target.data(), static_cast<std::size_t>(size)};
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

/// The mapped file itself, even if it was deleted or replaced since, or lies in another mount
/// namespace.
FileDescriptor open_mapped_file(pid_t pid, const MemoryMapping& mapping, bool is_program) {
  std::array<char, 64> range;
  std::snprintf(range.data(), range.size(), "map_files/%lx-%lx", mapping.begin, mapping.end);
  for (const std::string& path :
       {proc_path(pid, is_program ? "exe" : range.data()), proc_path(pid, "root") + mapping.path}) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.is_open()) {
      return file;
    }
  }
  return {};
}

/// The four bytes at `address` of the running process; the version is a constant.
std::optional<std::uint32_t> read_word(pid_t pid, std::uint64_t address) {
  const FileDescriptor memory(::open(proc_path(pid, "mem").c_str(), O_RDONLY | O_CLOEXEC));
  std::uint32_t word = 0;
  if (!memory.is_open() ||
      ::pread(memory.get(), &word, sizeof(word), static_cast<off_t>(address)) != sizeof(word)) {
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

/// "3.9" from "libpython3.9.so.1.0" or "python2.7"; empty when the name does not tell.
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

[[noreturn]] void throw_unsupported(pid_t pid, std::string_view version) {
  std::string text = "process " + std::to_string(pid) + ": runs CPython";
  text += version.empty() ? " of a version before 3.11" : " " + std::string(version);
  text += ", which this heapscan cannot read: it reads " + supported_versions();
  throw Error(ErrorKind::kTarget, text);
}

struct Candidate {
  MemoryMapping mapping;  // The first of its file.
  bool is_program = false;
};

std::vector<Candidate> candidates(pid_t pid, const std::vector<MemoryMapping>& mappings) {
  const std::string program = program_path(pid);
  std::vector<Candidate> libraries;
  std::vector<Candidate> programs;
  std::string last;
  for (const MemoryMapping& mapping : mappings) {
    if (!mapping.is_file() || mapping.path == last) {
      continue;
    }
    last = mapping.path;
    if (mapping.path == program) {
      programs.push_back({mapping, true});
    } else if (file_name(mapping.path).starts_with("libpython")) {
      libraries.push_back({mapping, false});
    }
  }
  libraries.insert(libraries.end(), programs.begin(), programs.end());
  return libraries;
}

}  // namespace

PythonRuntime find_python_runtime(pid_t pid, const std::vector<MemoryMapping>& mappings) {
  for (const Candidate& candidate : candidates(pid, mappings)) {
    const ElfFile elf(open_mapped_file(pid, candidate.mapping, candidate.is_program));
    const auto bias = elf.load_bias(candidate.mapping.begin, candidate.mapping.file_offset);
    if (!elf.valid() || !bias) {
      continue;
    }
    auto address = elf.symbol("_PyRuntime");
    if (!address) {
      address = elf.section_address(".PyRuntime");
    }
    const std::string named = version_in_name(file_name(candidate.mapping.path));
    if (!address) {
      if (elf.symbol("Py_Main") || elf.symbol("Py_BytesMain")) {
        throw_unsupported(pid, named);
      }
      continue;
    }
    const auto version_address = elf.symbol("Py_Version");
    const auto hex = version_address ? read_word(pid, *version_address + *bias) : std::nullopt;
    if (!hex) {
      throw_unsupported(pid, named);
    }
    PythonRuntime runtime;
    decode_version(*hex, runtime);
    runtime.address = *address + *bias;
    runtime.file = candidate.mapping.path;
    if (find_layout(runtime.major, runtime.minor) == nullptr) {
      throw_unsupported(pid, runtime.version);
    }
    return runtime;
  }
  throw Error(ErrorKind::kTarget, "process " + std::to_string(pid) + ": not a CPython process: " +
                                      program_path(pid) + " has no CPython in it");
}

}  // namespace heapscan::dump::cpython
