#include "cli/console/descriptor_stream.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "dump/error.h"

namespace heapscan::cli {

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type character) {
  if (!traits_type::eq_int_type(character, traits_type::eof())) {
    const char byte = traits_type::to_char_type(character);
    xsputn(&byte, 1);
  }
  return traits_type::not_eof(character);
}

std::streamsize DescriptorBuffer::xsputn(const char* text, std::streamsize size) {
  pending_.append(text, static_cast<std::size_t>(size));
  if (pending_.size() >= kCapacity) {
    write_out();
  }
  return size;
}

int DescriptorBuffer::sync() {
  write_out();
  return 0;
}

void DescriptorBuffer::write_out() {
  std::string_view rest = pending_;
  while (!rest.empty() && !reader_left_) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      reader_left_ = true;
    } else if (errno != EINTR) {
      const int reason = errno;
      pending_.clear();
      throw Error(ErrorKind::kOutput,
                  system_error_text(name_, reason) + ": the result is incomplete");
    }
  }
  pending_.clear();
}

}  // namespace heapscan::cli
