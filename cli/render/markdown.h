#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console/size_text.h"
#include "cli/render/page.h"

/// Pages as Markdown, as GitHub and GitLab show it.
namespace heapscan::cli {

/// A heading for each block, facts and lines as lists, listings as tables.
void print_markdown(std::ostream& out, const Page& page, SizeUnit unit);

/// Text as Markdown shows it: printable, on one line, and nothing in it is markup, a link or a
/// mention.
[[nodiscard]] std::string markdown_text(std::string_view text);

/// A line of a table; `cells` are Markdown already.
[[nodiscard]] std::string markdown_row(const std::vector<std::string>& cells);

}  // namespace heapscan::cli
