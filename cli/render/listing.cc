#include "cli/render/listing.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/render/table.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

std::string shown_cell(Listing::Kind kind, const Listing::Cell& cell, SizeUnit unit) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return printable(*text);
  }
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) {
    return kind == Listing::Kind::kSize ? size_text(*number, unit) : count_text(*number);
  }
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return kind == Listing::Kind::kSignedSize ? signed_size_text(*number, unit)
                                              : signed_count_text(*number);
  }
  return "";
}

std::string csv_cell(const Listing::Cell& cell) {
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) {
    return std::to_string(*number);
  }
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return std::to_string(*number);
  }
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) {
    return "";
  }
  return csv_field(printable(*text));
}

}  // namespace

void Listing::add(Row row) {
  if (row.size() != columns_.size()) {
    throw Error(ErrorKind::kInternal, "a row of a listing has the wrong number of cells");
  }
  rows_.push_back(std::move(row));
}

void Listing::add_summary(Row row) {
  if (row.size() != columns_.size()) {
    throw Error(ErrorKind::kInternal, "a summary of a listing has the wrong number of cells");
  }
  summaries_.push_back(std::move(row));
}

std::vector<std::string> Listing::shown(const Row& row, SizeUnit unit) const {
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    if (!columns_[at].heading.empty()) {
      texts.push_back(shown_cell(columns_[at].kind, row[at], unit));
    }
  }
  return texts;
}

void Listing::print_text(std::ostream& out, const TextStyle& style) const {
  out << '\n' << style.paint.heading(title_) << '\n';
  if (rows_.empty()) {
    out << "  " << empty_text_ << '\n';
    return;
  }
  std::vector<Table::Column> headings;
  for (const Column& column : columns_) {
    if (!column.heading.empty()) {
      headings.push_back(
          {column.heading, column.left ? Table::Align::kLeft : Table::Align::kRight});
    }
  }
  Table table(std::move(headings));
  for (const Row& row : rows_) {
    table.add(shown(row, style.unit));
  }
  for (const Row& row : summaries_) {
    table.add_summary(shown(row, style.unit));
  }
  table.print(out, style.paint, style.width);
}

void Listing::print_markdown(std::ostream& out, SizeUnit unit) const {
  out << "\n### " << markdown_text(title_) << "\n\n";
  if (rows_.empty()) {
    out << markdown_text(empty_text_) << '\n';
    return;
  }
  std::string headings = "|";
  std::string rule = "|";
  for (const Column& column : columns_) {
    if (!column.heading.empty()) {
      headings += " " + markdown_text(column.heading) + " |";
      rule += column.left ? " --- |" : " ---: |";
    }
  }
  out << headings << '\n' << rule << '\n';
  for (const auto* rows : {&rows_, &summaries_}) {
    for (const Row& row : *rows) {
      out << '|';
      for (const std::string& text : shown(row, unit)) {
        out << ' ' << markdown_text(text) << " |";
      }
      out << '\n';
    }
  }
}

void Listing::print_csv(std::ostream& out) const {
  const auto print = [&](const auto& text_at) {
    std::string line;
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      if (!columns_[at].key.empty()) {
        line += (line.empty() ? "" : ",") + text_at(at);
      }
    }
    out << line << '\n';
  };
  print([this](std::size_t at) { return columns_[at].key; });
  for (const Row& row : rows_) {
    print([&row](std::size_t at) { return csv_cell(row[at]); });
  }
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
      plain += "&#64;";  // Not a mention of somebody.
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
