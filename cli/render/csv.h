#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "cli/render/page.h"

/// Pages as CSV (RFC 4180): one table with a line of keys, sizes in bytes, so that a spreadsheet or
/// pandas reads it as it is.
namespace heapscan::cli {

/// The main listing of the page. Requires: there is one.
void print_csv(std::ostream& out, const Page& page);

/// A field, quoted where RFC 4180 wants it.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace heapscan::cli
