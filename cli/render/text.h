#pragma once

#include <iosfwd>
#include <string>

#include "cli/console/result.h"
#include "cli/render/page.h"

/// Pages as text for a terminal or a file: aligned columns, with strings made safe for a terminal.
namespace heapscan::cli {

void print_text(std::ostream& out, const Page& page, const TextStyle& style);

/// The phrase on one line, printable.
[[nodiscard]] std::string phrase_text(const Phrase& phrase, SizeUnit unit);

/// The value of a cell as people read it, printable.
[[nodiscard]] std::string cell_text(Listing::Kind kind, const Listing::Cell& cell, SizeUnit unit);

}  // namespace heapscan::cli
