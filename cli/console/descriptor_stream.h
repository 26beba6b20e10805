#pragma once

#include <cstddef>
#include <streambuf>
#include <string>

namespace heapscan::cli {

/// A stream buffer that writes to an open file. When a write fails, throws Error(kOutput) with the
/// name and the system's reason. A reader that closes its end (`| head`) is not an error: the rest
/// is dropped. The descriptor is not owned.
class DescriptorBuffer : public std::streambuf {
 public:
  DescriptorBuffer(int descriptor, std::string name)
      : descriptor_(descriptor), name_(std::move(name)) {}

 protected:
  int_type overflow(int_type character) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  void write_out();

  static constexpr std::size_t kCapacity = std::size_t{64} << 10U;

  int descriptor_;
  std::string name_;
  std::string pending_;
  bool reader_left_ = false;
};

}  // namespace heapscan::cli
