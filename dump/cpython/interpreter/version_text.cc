#include "dump/cpython/interpreter/version_text.h"

#include <cctype>
#include <string_view>

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kLongestText = 250;  // The size of the interpreter's buffer.

bool is_digit(char character) {
  return std::isdigit(static_cast<unsigned char>(character)) != 0;
}

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  return end - at;
}

/// The length of the version that `text` starts with, or 0: three numbers and, unless it is a final
/// release, the kind of release.
std::size_t version_length(std::string_view text) {
  std::size_t end = 0;
  for (int number = 0; number < 3; ++number) {
    if (number > 0) {
      if (end >= text.size() || text[end] != '.') {
        return 0;
      }
      ++end;
    }
    const std::size_t digits = digits_from(text, end);
    if (digits == 0 || digits > 3) {
      return 0;
    }
    end += digits;
  }
  for (const std::string_view level : {"a", "b", "rc"}) {
    if (text.substr(end).starts_with(level)) {
      end += level.size();
      return end + digits_from(text, end);
    }
  }
  return end;
}

}  // namespace

std::string find_version_text(std::span<const std::byte> memory) {
  const std::string_view bytes(static_cast<const char*>(static_cast<const void*>(memory.data())),
                               memory.size());
  for (std::size_t at = bytes.find(" ("); at != std::string_view::npos;
       at = bytes.find(" (", at + 1)) {
    // The string starts with the version, after a zero byte; that of a build from a work tree ends
    // in +.
    const std::size_t zero = bytes.rfind('\0', at);
    const std::size_t begin = zero == std::string_view::npos ? 0 : zero + 1;
    const std::string_view rest = bytes.substr(begin, kLongestText);
    const std::string_view text = rest.substr(0, rest.find('\0'));
    const std::size_t length = version_length(text);
    const std::size_t plus = text.substr(length).starts_with('+') ? 1 : 0;
    if (length != 0 && begin + length + plus == at && text.find(") ") != std::string_view::npos) {
      return std::string(text.substr(0, length));
    }
  }
  return {};
}

}  // namespace heapscan::dump::cpython
