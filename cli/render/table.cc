#include "cli/render/table.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "cli/console/printable.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr std::size_t kGap = 2;
// Less than this of the last column is useless: a narrower terminal wraps the line instead.
constexpr std::size_t kLeastLastWidth = 20;

}  // namespace

void Table::add(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) {
    throw Error(ErrorKind::kInternal, "a table row has the wrong number of cells");
  }
  rows_.push_back({Kind::kRow, std::move(cells)});
}

void Table::add_detail(std::string text) {
  rows_.push_back({Kind::kDetail, {std::move(text)}});
}

void Table::add_summary(std::vector<std::string> cells) {
  add(std::move(cells));
  rows_.back().kind = Kind::kSummary;
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    widths.push_back(display_width(column.heading));
  }
  for (const Row& row : rows_) {
    if (row.kind == Kind::kDetail) {
      continue;
    }
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      widths[at] = std::max(widths[at], display_width(row.cells[at]));
    }
  }
  return widths;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths,
                        std::size_t limit) const {
  std::string line;
  std::size_t used = 0;
  for (std::size_t at = 0; at < cells.size(); ++at) {
    const bool last = at + 1 == cells.size();
    line.append(kGap, ' ');
    used += kGap;
    std::string cell = cells[at];
    if (last && limit >= used + kLeastLastWidth && columns_[at].align == Align::kLeft) {
      cell = elide_middle(cell, limit - used);
    }
    const std::size_t width = display_width(cell);
    const std::size_t padding = widths[at] > width ? widths[at] - width : 0;
    if (columns_[at].align == Align::kRight) {
      line.append(padding, ' ');
      line += cell;
    } else {
      line += cell;
      line.append(padding, ' ');
    }
    used += width + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

void Table::print(std::ostream& out, const Paint& paint, std::size_t width) const {
  const std::vector<std::size_t> column_widths = widths();
  std::vector<std::string> headings;
  std::size_t last_begin = 0;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    headings.push_back(columns_[at].heading);
    last_begin += kGap + (at + 1 < columns_.size() ? column_widths[at] : 0);
  }
  out << paint.quiet(line(headings, column_widths, width)) << '\n';
  for (const Row& row : rows_) {
    if (row.kind == Kind::kDetail) {
      const std::size_t room = width >= last_begin + kLeastLastWidth ? width - last_begin : 0;
      out << std::string(last_begin, ' ') << elide_middle(row.cells.front(), room) << '\n';
      continue;
    }
    const std::string text = line(row.cells, column_widths, width);
    out << (row.kind == Kind::kSummary ? paint.quiet(text) : text) << '\n';
  }
}

}  // namespace heapscan::cli
