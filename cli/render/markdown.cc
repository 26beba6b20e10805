#include "cli/render/markdown.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "cli/console/printable.h"
#include "cli/render/text.h"

namespace heapscan::cli {
namespace {

/// Leading spaces of a cell show the depth in a tree: Markdown would drop them.
std::string markdown_cell(const std::string& text) {
  const std::size_t depth = std::min(text.find_first_not_of(' '), text.size());
  std::string cell;
  for (std::size_t space = 0; space < depth; ++space) {
    cell += "&nbsp;";
  }
  return cell + markdown_text(std::string_view(text).substr(depth));
}

class MarkdownPage {
 public:
  MarkdownPage(std::ostream& out, SizeUnit unit) : out_(out), unit_(unit) {}

  void operator()(const Facts& facts) {
    print_title(facts.title, facts.aside);
    for (const Fact& fact : facts.facts) {
      out_ << "- "
           << markdown_text((fact.name.empty() ? "" : fact.name + ": ") +
                            phrase_text(fact.text, unit_))
           << '\n';
    }
  }

  void operator()(const Lines& lines) {
    if (lines.title.empty()) {
      out_ << '\n';
    } else {
      print_title(lines.title, {});
    }
    for (const Line& line : lines.lines) {
      out_ << std::string(2 * line.depth, ' ') << "- "
           << markdown_text(phrase_text(line.text, unit_)) << '\n';
    }
  }

  void operator()(const Listing& listing) {
    if (!listing.for_people) {
      return;
    }
    print_title(listing.title, listing.aside);
    if (listing.rows.empty() && listing.summaries.empty()) {
      out_ << markdown_text(listing.empty_text) << '\n';
      return;
    }
    print_headings(listing);
    for (const Listing::Row& row : listing.rows) {
      std::vector<std::string> cells = shown(listing, row.cells);
      for (const Phrase& detail : row.details) {
        cells.back() += "<br>" + markdown_text(phrase_text(detail, unit_));
      }
      out_ << markdown_row(cells) << '\n';
    }
    for (const Listing::Cells& summary : listing.summaries) {
      out_ << markdown_row(shown(listing, summary)) << '\n';
    }
  }

 private:
  void print_title(const std::string& title, const Phrase& aside) {
    out_ << (first_ ? "## " : "\n### ") << markdown_text(title);
    if (!aside.empty()) {
      out_ << ": " << markdown_text(phrase_text(aside, unit_));
    }
    out_ << "\n\n";
    first_ = false;
  }

  void print_headings(const Listing& listing) {
    std::vector<std::string> headings;
    std::string rule = "|";
    for (const Listing::Column& column : listing.columns) {
      if (!column.heading.empty()) {
        headings.push_back(markdown_text(column.heading));
        rule += column.left ? " --- |" : " ---: |";
      }
    }
    out_ << markdown_row(headings) << '\n' << rule << '\n';
  }

  [[nodiscard]] std::vector<std::string> shown(const Listing& listing,
                                               const Listing::Cells& cells) const {
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < cells.size(); ++at) {
      if (!listing.columns[at].heading.empty()) {
        texts.push_back(markdown_cell(cell_text(listing.columns[at].kind, cells[at], unit_)));
      }
    }
    return texts;
  }

  std::ostream& out_;
  SizeUnit unit_;
  bool first_ = true;
};

}  // namespace

void print_markdown(std::ostream& out, const Page& page, SizeUnit unit) {
  MarkdownPage markdown(out, unit);
  for (const Block& block : page.blocks) {
    std::visit(markdown, block);
  }
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += ' ' + cell + " |";
  }
  return line;
}

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_[]#|~$";
  std::string plain;
  for (const char character : printable(text)) {
    if (character == '<') {
      plain += "&lt;";
    } else if (character == '>') {
      plain += "&gt;";
    } else if (character == '&') {
      plain += "&amp;";
    } else if (character == '@') {
      plain += "&#64;";  // No mention of a user.
    } else if (kMarkup.find(character) != std::string_view::npos) {
      plain += '\\';
      plain += character;
    } else {
      plain += character;
    }
  }
  return plain;
}

}  // namespace heapscan::cli
