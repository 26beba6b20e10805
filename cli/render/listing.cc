#include "cli/render/listing.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/console/size_text.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

void require_fit(const Listing& listing, const Listing::Cells& cells) {
  if (cells.size() != listing.columns.size()) {
    throw Error(ErrorKind::kInternal,
                fmt::format("a row of the listing '{}' has {} cells for {} columns", listing.title,
                            cells.size(), listing.columns.size()));
  }
}

}  // namespace

void Listing::add(Cells cells, std::vector<Phrase> details) {
  require_fit(*this, cells);
  rows.push_back({std::move(cells), std::move(details)});
}

void Listing::add_summary(Cells cells) {
  require_fit(*this, cells);
  summaries.push_back(std::move(cells));
}

Listing::Cell nested(Listing listing) {
  return std::make_shared<const Listing>(std::move(listing));
}

std::string others_text(std::size_t count) {
  return fmt::format("[{}]", counted(count, "other"));
}

std::size_t within(std::size_t limit, std::size_t available) {
  return limit == 0 ? available : std::min(limit, available);
}

}  // namespace heapscan::cli
