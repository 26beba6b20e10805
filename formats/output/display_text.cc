#include "formats/output/display_text.h"

#include "dump/utf8.h"

namespace heapscan::formats {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

}  // namespace

std::string display_text(std::string_view text, std::size_t limit) {
  std::string shown;
  std::size_t length = 0;    // In characters.
  std::size_t cut_here = 0;  // The bytes of `shown` that leave room for an ellipsis.
  while (!text.empty()) {
    const dump::Utf8Character character = dump::first_character(text);
    const bool escape = dump::is_deceptive(character);
    const std::string piece = escape ? dump::escaped(character) : std::string(character.bytes);
    const std::size_t piece_length = escape ? piece.size() : 1;
    if (length + piece_length > limit) {
      shown.resize(cut_here);
      shown += kEllipsis;
      return shown;
    }
    shown += piece;
    length += piece_length;
    if (length < limit) {
      cut_here = shown.size();
    }
    text.remove_prefix(character.bytes.size());
  }
  return shown;
}

}  // namespace heapscan::formats
