#include "cli/render/text.h"

#include <algorithm>
#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/console/size_text.h"
#include "cli/render/table.h"

namespace heapscan::cli {
namespace {

/// Columns for a breakdown, beside figures and a table's other columns: 80 in all.
constexpr std::size_t kBreakdownWidth = 60;

std::string breakdown_text(const Breakdown& whole, SizeUnit unit) {
  std::string text;
  std::uint64_t others = whole.size;
  std::size_t left = whole.parts.size();
  const std::string_view longest_end = ", 99 more types 99.9 MiB";
  for (const Breakdown::Part& part : whole.parts) {
    const std::string added = fmt::format("{}{} {}", text.empty() ? "" : ", ", printable(part.what),
                                          size_text(part.size, unit));
    const std::size_t end = left == 1 ? 0 : longest_end.size();
    if (!text.empty() && display_width(text) + display_width(added) + end > kBreakdownWidth) {
      break;
    }
    text += added;
    others -= part.size;
    --left;
  }
  if (left > 0) {
    text += fmt::format(", {} {}", counted(left, whole.noun), size_text(others, unit));
  }
  return text;
}

struct PartText {
  SizeUnit unit;

  std::string operator()(const std::string& text) const { return printable(text); }

  std::string operator()(Bytes size) const { return size_text(size.count, unit); }

  std::string operator()(SignedBytes size) const { return signed_size_text(size.count, unit); }

  std::string operator()(const Breakdown& whole) const { return breakdown_text(whole, unit); }
};

struct CellText {
  Listing::Kind kind;
  SizeUnit unit;

  std::string operator()(std::monostate /*nothing*/) const { return {}; }

  std::string operator()(const std::string& text) const { return printable(text); }

  std::string operator()(std::uint64_t number) const {
    switch (kind) {
      case Listing::Kind::kSize:
        return size_text(number, unit);
      case Listing::Kind::kNumber:
        return std::to_string(number);
      default:
        return count_text(number);
    }
  }

  std::string operator()(std::int64_t number) const {
    return kind == Listing::Kind::kSignedSize ? signed_size_text(number, unit)
                                              : signed_count_text(number);
  }

  std::string operator()(bool flag) const { return flag ? "yes" : "no"; }

  std::string operator()(const Listing::Share& share) const {
    return share_text(share.part, share.whole);
  }

  std::string operator()(const Listing::Nested& list) const {
    return count_text(list->rows.size());
  }
};

/// Writes blocks one after another, a blank line before each that has a title.
class TextPage {
 public:
  TextPage(std::ostream& out, const TextStyle& style) : out_(out), style_(style) {}

  void operator()(const Facts& facts) {
    print_title(facts.title, facts.aside);
    std::size_t names = facts.longest_name;
    for (const Fact& fact : facts.facts) {
      names = std::max(names, display_width(fact.name));
    }
    const std::size_t taken = names + 2 * kGap;
    for (const Fact& fact : facts.facts) {
      std::string text = phrase_text(fact.text, style_.unit);
      if (fact.may_be_cut && style_.width >= taken + kLeastRest) {
        text = elide_middle(text, style_.width - taken);
      }
      out_ << fmt::format("  {:<{}}{}\n", printable(fact.name), names + kGap, text);
    }
  }

  void operator()(const Lines& lines) {
    if (!lines.title.empty()) {
      print_title(lines.title, {});
    }
    for (const Line& line : lines.lines) {
      const std::string text =
          std::string(kGap * (line.depth + 1), ' ') + phrase_text(line.text, style_.unit);
      out_ << (line.may_be_cut ? elide_middle(text, style_.width) : text) << '\n';
    }
  }

  void operator()(const Listing& listing) {
    if (!listing.for_people) {
      return;
    }
    print_title(listing.title, listing.aside);
    if (listing.rows.empty() && listing.summaries.empty()) {
      out_ << "  " << listing.empty_text << '\n';
      return;
    }
    table_of(listing).print(out_, style_.paint, style_.width);
  }

 private:
  static constexpr std::size_t kGap = 2;
  static constexpr std::size_t kLeastRest = 26;  // A string cut to less is useless.

  void print_title(const std::string& title, const Phrase& aside) {
    out_ << (first_ ? "" : "\n") << style_.paint.heading(printable(title));
    if (!aside.empty()) {
      out_ << style_.paint.quiet(": " + phrase_text(aside, style_.unit));
    }
    out_ << '\n';
    first_ = false;
  }

  [[nodiscard]] std::vector<std::string> shown(const Listing& listing,
                                               const Listing::Cells& cells) const {
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < cells.size(); ++at) {
      if (!listing.columns[at].heading.empty()) {
        texts.push_back(cell_text(listing.columns[at].kind, cells[at], style_.unit));
      }
    }
    return texts;
  }

  [[nodiscard]] Table table_of(const Listing& listing) const {
    std::vector<Table::Column> columns;
    for (const Listing::Column& column : listing.columns) {
      if (!column.heading.empty()) {
        columns.push_back(
            {column.heading, column.left ? Table::Align::kLeft : Table::Align::kRight});
      }
    }
    Table table(std::move(columns));
    for (const Listing::Row& row : listing.rows) {
      table.add(shown(listing, row.cells));
      for (const Phrase& detail : row.details) {
        table.add_detail(phrase_text(detail, style_.unit));
      }
    }
    for (const Listing::Cells& summary : listing.summaries) {
      table.add_summary(shown(listing, summary));
    }
    return table;
  }

  std::ostream& out_;
  const TextStyle& style_;
  bool first_ = true;
};

}  // namespace

std::string phrase_text(const Phrase& phrase, SizeUnit unit) {
  std::string text;
  for (const auto& part : phrase) {
    text += std::visit(PartText{unit}, part);
  }
  return text;
}

std::string cell_text(Listing::Kind kind, const Listing::Cell& cell, SizeUnit unit) {
  return std::visit(CellText{kind, unit}, cell);
}

void print_text(std::ostream& out, const Page& page, const TextStyle& style) {
  TextPage text(out, style);
  for (const Block& block : page.blocks) {
    std::visit(text, block);
  }
}

}  // namespace heapscan::cli
