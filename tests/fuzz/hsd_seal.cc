#include "tests/fuzz/hsd_seal.h"

#include <cstring>
#include <span>

#include "formats/hsd/hsd_codec.h"
#include "formats/hsd/hsd_layout.h"

namespace heapscan::tests {
namespace {

using namespace formats::hsd;  // NOLINT(google-build-using-namespace): a writer of that format.

template <class T>
void store(std::vector<std::byte>& file, std::size_t at, const T& value) {
  std::memcpy(file.data() + at, &value, sizeof(value));
}

}  // namespace

void seal_hsd(std::vector<std::byte>& file) {
  if (file.size() < sizeof(Header) + sizeof(Footer)) {
    return;
  }
  const std::span<const std::byte> bytes = file;
  store(file, kHeaderChecksumAt, checksum(bytes.first(kHeaderChecksumAt)));

  const std::size_t footer_at = file.size() - sizeof(Footer);
  const auto footer = load<Footer>(bytes, footer_at);
  const std::uint64_t table_size = std::uint64_t{footer.section_count} * sizeof(SectionEntry);
  if (footer.table_offset <= footer_at && table_size <= footer_at - footer.table_offset) {
    for (std::size_t row = 0; row < footer.section_count; ++row) {
      const std::size_t at = footer.table_offset + row * sizeof(SectionEntry);
      const auto entry = load<SectionEntry>(bytes, at);
      if (entry.offset <= file.size() && entry.stored_size <= file.size() - entry.offset) {
        store(file, at + offsetof(SectionEntry, checksum),
              checksum(bytes.subspan(entry.offset, entry.stored_size)));
      }
    }
    store(file, footer_at + offsetof(Footer, table_checksum),
          checksum(bytes.subspan(footer.table_offset, table_size)));
  }
  store(file, footer_at + kFooterChecksumAt, checksum(bytes.subspan(footer_at, kFooterChecksumAt)));
}

}  // namespace heapscan::tests
