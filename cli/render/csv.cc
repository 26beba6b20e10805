#include "cli/render/csv.h"

#include <ostream>

#include "cli/console/printable.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

struct CellField {
  std::string operator()(std::monostate /*nothing*/) const { return {}; }

  std::string operator()(const std::string& text) const { return csv_field(printable(text)); }

  std::string operator()(std::uint64_t number) const { return std::to_string(number); }

  std::string operator()(std::int64_t number) const { return std::to_string(number); }

  std::string operator()(bool flag) const { return flag ? "true" : "false"; }

  std::string operator()(const Listing::Share& share) const { return std::to_string(share.part); }

  std::string operator()(const Listing::Nested& list) const {
    return std::to_string(list->rows.size());
  }
};

bool has(const Listing::Column& column) {
  return !column.key.empty() && !column.json_only && column.kind != Listing::Kind::kNested;
}

void print_listing(std::ostream& out, const Listing& listing) {
  const auto print = [&](const auto& text_at) {
    bool first = true;
    for (std::size_t at = 0; at < listing.columns.size(); ++at) {
      if (has(listing.columns[at])) {
        out << (first ? "" : ",") << text_at(at);
        first = false;
      }
    }
    out << '\n';
  };
  print([&](std::size_t at) { return csv_field(listing.columns[at].key); });
  for (const Listing::Row& row : listing.rows) {
    print([&row](std::size_t at) { return std::visit(CellField(), row.cells[at]); });
  }
}

}  // namespace

void print_csv(std::ostream& out, const Page& page) {
  for (const Block& block : page.blocks) {
    if (const auto* listing = std::get_if<Listing>(&block)) {
      if (listing->is_main) {
        return print_listing(out, *listing);
      }
    }
  }
  throw Error(ErrorKind::kInternal, "this page has no table for CSV");
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char character : text) {
    quoted += character == '"' ? std::string("\"\"") : std::string(1, character);
  }
  return quoted + "\"";
}

}  // namespace heapscan::cli
