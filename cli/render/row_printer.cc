#include "cli/render/row_printer.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/console/printable.h"
#include "cli/render/csv.h"
#include "cli/render/json.h"
#include "cli/render/markdown.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::store::SqlValue;

/// The value as text; NULL is empty.
std::string text_of(const SqlValue& value) {
  struct Text {
    std::string operator()(std::monostate /*null*/) const { return {}; }

    std::string operator()(std::int64_t number) const { return std::to_string(number); }

    std::string operator()(double number) const { return fmt::format("{}", number); }

    std::string operator()(std::string_view text) const { return std::string(text); }
  };

  return std::visit(Text(), value);
}

bool is_number(const SqlValue& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

class TextPrinter : public RowPrinter {
 public:
  explicit TextPrinter(std::ostream& out) : out_(out) {}

  void begin(const std::vector<std::string>& columns) override {
    rows_.clear();
    widths_.assign(columns.size(), 0);
    right_.assign(columns.size(), true);
    measured_ = false;
    rows_.push_back(columns);
    for (std::string& heading : rows_.back()) {
      heading = printable(heading);
    }
  }

  void row(const std::vector<SqlValue>& values) override {
    std::vector<std::string> cells;
    for (std::size_t column = 0; column < values.size(); ++column) {
      const bool null = std::holds_alternative<std::monostate>(values[column]);
      if (!measured_ && !null && !is_number(values[column])) {
        right_[column] = false;
      }
      cells.push_back(printable(text_of(values[column])));
    }
    if (measured_) {
      return print(cells);
    }
    constexpr std::size_t kMeasuredRows = 500;
    rows_.push_back(std::move(cells));
    if (rows_.size() > kMeasuredRows) {
      print_measured();
    }
  }

  void end(bool /*complete*/) override {
    if (!measured_) {
      print_measured();
    }
  }

 private:
  void print_measured() {
    constexpr std::size_t kWidest = 80;
    for (const auto& cells : rows_) {
      for (std::size_t column = 0; column < cells.size(); ++column) {
        widths_[column] =
            std::min(kWidest, std::max(widths_[column], display_width(cells[column])));
      }
    }
    for (const auto& cells : rows_) {
      print(cells);
    }
    rows_.clear();
    measured_ = true;
  }

  void print(const std::vector<std::string>& cells) {
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const std::size_t width = display_width(cells[column]);
      const std::string fill(width < widths_[column] ? widths_[column] - width : 0, ' ');
      const bool last = column + 1 == cells.size();
      out_ << (column == 0 ? "" : "  ") << (right_[column] ? fill : "") << cells[column]
           << (right_[column] || last ? "" : fill);
    }
    out_ << '\n';
  }

  std::ostream& out_;
  std::vector<std::vector<std::string>> rows_;  // The first ones, which determine the widths.
  std::vector<std::size_t> widths_;
  std::vector<bool> right_;  // Columns of numbers.
  bool measured_ = false;
};

class CsvPrinter : public RowPrinter {
 public:
  explicit CsvPrinter(std::ostream& out) : out_(out) {}

  void begin(const std::vector<std::string>& columns) override {
    for (std::size_t column = 0; column < columns.size(); ++column) {
      field(columns[column], column);
    }
    out_ << '\n';
  }

  void row(const std::vector<SqlValue>& values) override {
    for (std::size_t column = 0; column < values.size(); ++column) {
      field(text_of(values[column]), column);
    }
    out_ << '\n';
  }

  void end(bool /*complete*/) override {}

 private:
  void field(const std::string& text, std::size_t column) {
    out_ << (column == 0 ? "" : ",") << csv_field(text);
  }

  std::ostream& out_;
};

class JsonPrinter : public RowPrinter {
 public:
  explicit JsonPrinter(std::ostream& out) : out_(out) {}

  void begin(const std::vector<std::string>& columns) override {
    std::string head = json_document("sql").dump();
    head.pop_back();
    out_ << head << ",\"columns\":" << ascii(columns) << ",\"rows\":[";
    first_ = true;
  }

  void row(const std::vector<SqlValue>& values) override {
    Json cells = Json::array();
    for (const SqlValue& value : values) {
      std::visit([&cells](const auto& known) { cells.push_back(json(known)); }, value);
    }
    out_ << (first_ ? "\n" : ",\n") << ascii(cells);
    first_ = false;
  }

  void end(bool complete) override {
    out_ << "],\"complete\":" << (complete ? "true" : "false") << "}\n";
  }

 private:
  static Json json(std::monostate /*null*/) { return nullptr; }

  static Json json(std::int64_t number) { return number; }

  static Json json(double number) { return number; }

  static Json json(std::string_view text) { return json_text(text); }

  static std::string ascii(const Json& value) { return value.dump(-1, ' ', true); }

  std::ostream& out_;
  bool first_ = true;
};

class MarkdownPrinter : public RowPrinter {
 public:
  explicit MarkdownPrinter(std::ostream& out) : out_(out) {}

  void begin(const std::vector<std::string>& columns) override {
    std::vector<std::string> cells;
    cells.reserve(columns.size());
    for (const std::string& column : columns) {
      cells.push_back(markdown_text(column));
    }
    out_ << markdown_row(cells) << '\n';
    for (std::size_t column = 0; column < columns.size(); ++column) {
      out_ << "|---";
    }
    out_ << "|\n";
  }

  void row(const std::vector<SqlValue>& values) override {
    std::vector<std::string> cells;
    cells.reserve(values.size());
    for (const SqlValue& value : values) {
      cells.push_back(markdown_text(text_of(value)));
    }
    out_ << markdown_row(cells) << '\n';
  }

  void end(bool /*complete*/) override {}

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<RowPrinter> row_printer(Format format, std::ostream& out) {
  switch (format) {
    case Format::kText:
      return std::make_unique<TextPrinter>(out);
    case Format::kCsv:
      return std::make_unique<CsvPrinter>(out);
    case Format::kJson:
      return std::make_unique<JsonPrinter>(out);
    case Format::kMarkdown:
      return std::make_unique<MarkdownPrinter>(out);
    default:
      throw Error(ErrorKind::kInternal, "there is no writer of rows for this format");
  }
}

}  // namespace heapscan::cli
