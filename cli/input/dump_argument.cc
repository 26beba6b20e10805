#include "cli/input/dump_argument.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <span>

#include <fmt/format.h>

#include "analysis/store/stored_dumps.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

/// "heap.db:2" as {heap.db, 2}; anything else is the name of a file.
DumpArgument split(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::error_code ignored;
  if (colon == std::string::npos || std::filesystem::exists(text, ignored)) {
    return {text, std::nullopt};
  }
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data() + colon + 1, end, number);
  if (problem != std::errc() || rest != end) {
    return {text, std::nullopt};
  }
  return {text.substr(0, colon), number};
}

void write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      throw Error(ErrorKind::kOutput, system_error_text("an in-memory file", errno));
    }
    bytes = bytes.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
}

}  // namespace

DumpArgument dump_argument(const std::string& text) {
  DumpArgument argument = split(text);
  if (!analysis::store::is_database(argument.file)) {
    return {text, std::nullopt};
  }
  if (!argument.stored) {
    const auto dumps = analysis::store::stored_dumps(argument.file);
    if (dumps.empty()) {
      throw Error(ErrorKind::kBadInput, argument.file + ": has no dumps");
    }
    if (dumps.size() > 1) {
      throw Error(ErrorKind::kUsage, fmt::format("{0}: has {1} dumps: choose one, as in {0}:{2}",
                                                 argument.file, dumps.size(), dumps.back().id));
    }
    argument.stored = dumps.front().id;
  }
  return argument;
}

DumpFile::DumpFile(const DumpArgument& argument) : path_(argument.file) {
  if (!argument.stored) {
    return;
  }
  memory_ = dump::FileDescriptor(::memfd_create("heapscan", MFD_CLOEXEC));
  if (!memory_.is_open()) {
    throw Error(ErrorKind::kOutput, system_error_text("an in-memory file", errno));
  }
  analysis::store::read_stored_dump(
      argument.file, *argument.stored,
      [this](std::span<const std::byte> part) { write_all(memory_.get(), part); });
  path_ = "/proc/self/fd/" + std::to_string(memory_.get());
}

}  // namespace heapscan::cli
