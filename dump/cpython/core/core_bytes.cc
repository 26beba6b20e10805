#include "dump/cpython/core/core_bytes.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <elf.h>
#include <zlib.h>

#include "dump/error.h"
#include "dump/system/file_descriptor.h"
#include "dump/system/scratch_file.h"

namespace heapscan::dump::cpython {
namespace {

constexpr unsigned kPiece = 1U << 20U;
/// Disk space to leave free: a small compressed file may expand to a thousand times its size.
constexpr std::uint64_t kLeftFree = std::uint64_t{256} << 20U;

bool is_packed(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1F} && bytes[1] == std::byte{0x8B};
}

/// Reads a compressed file from start to end.
class Unpacker {
 public:
  explicit Unpacker(const std::filesystem::path& path) : path_(path.string()) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const int copy = file.is_open() ? ::fcntl(file.get(), F_DUPFD_CLOEXEC, 0) : -1;
    stream_ = copy < 0 ? nullptr : ::gzdopen(copy, "rb");
    if (stream_ == nullptr || ::gzbuffer(stream_, kPiece) != 0) {
      throw Error(ErrorKind::kBadInput, system_error_text("open " + path_, errno));
    }
  }

  ~Unpacker() { ::gzclose(stream_); }

  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  Unpacker(Unpacker&&) = delete;
  Unpacker& operator=(Unpacker&&) = delete;

  /// The next bytes; fewer than there is room for at the end, even if the file is truncated.
  std::span<const std::byte> read(std::vector<std::byte>& room) {
    const int got = ::gzread(stream_, room.data(), static_cast<unsigned>(room.size()));
    int problem = Z_OK;
    const std::string text = ::gzerror(stream_, &problem);
    if (problem != Z_OK && problem != Z_BUF_ERROR) {
      throw Error(ErrorKind::kBadInput, path_ + " at byte " + std::to_string(::gzoffset(stream_)) +
                                            ": the compressed file is damaged: " + text);
    }
    return std::span(room).first(static_cast<std::size_t>(std::max(got, 0)));
  }

 private:
  std::string path_;
  gzFile stream_ = nullptr;
};

std::unique_ptr<const MappedFile> unpack(const std::filesystem::path& core,
                                         const std::filesystem::path& scratch_directory) {
  Unpacker unpacker(core);
  ScratchFile unpacked(scratch_directory);
  std::vector<std::byte> room(kPiece);
  std::uint64_t size = 0;
  while (true) {
    const std::span<const std::byte> piece = unpacker.read(room);
    if (size == 0 && (piece.size() < SELFMAG || std::memcmp(piece.data(), ELFMAG, SELFMAG) != 0)) {
      throw Error(ErrorKind::kBadInput,
                  core.string() + ": not a core: the gzip file does not contain an ELF file");
    }
    if (piece.empty()) {
      return std::make_unique<const MappedFile>(unpacked.descriptor(), core.string());
    }
    unpacked.require_room(kLeftFree);
    unpacked.write(size, piece);
    size += piece.size();
  }
}

}  // namespace

CoreBytes::CoreBytes(const std::filesystem::path& core,
                     const std::filesystem::path& scratch_directory,
                     const std::function<void()>& on_unpack)
    : file_(std::make_unique<const MappedFile>(core)) {
  if (is_packed(file_->bytes())) {
    if (on_unpack) {
      on_unpack();
    }
    file_ = unpack(core, scratch_directory);
  }
}

}  // namespace heapscan::dump::cpython
