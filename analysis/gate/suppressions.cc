#include "analysis/gate/suppressions.h"

#include <array>
#include <string>

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::analysis {
namespace {

constexpr std::string_view kSpaces = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

/// Whether it is a date such as "2027-03-31", with a day that exists in that month.
bool is_date(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  if (text.size() != kForm.size()) {
    return false;
  }
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool digit = text[at] >= '0' && text[at] <= '9';
    if (kForm[at] == '0' ? !digit : text[at] != '-') {
      return false;
    }
  }
  const int year = std::stoi(std::string(text.substr(0, 4)));
  const int month = std::stoi(std::string(text.substr(5, 2)));
  const int day = std::stoi(std::string(text.substr(8, 2)));
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) {
    return false;
  }
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int days = kDays.at(static_cast<std::size_t>(month) - 1) + (month == 2 && leap ? 1 : 0);
  return day >= 1 && day <= days;
}

}  // namespace

Suppressions::Suppressions(std::string_view text, std::string_view path, std::string_view today) {
  constexpr std::string_view kLeak = "leak:";
  constexpr std::string_view kUntil = "until=";
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view content = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    if (content.empty() || content.front() == '#') {
      continue;
    }
    const auto reject = [&](std::string_view reason) {
      throw Error(ErrorKind::kBadInput, fmt::format("{}: line {}: {}", path, number, reason));
    };
    if (!content.starts_with(kLeak)) {
      reject(fmt::format("expected 'leak:GLOB', such as 'leak:shop.Session', but found '{}'",
                         content));
    }
    content = trimmed(content.substr(kLeak.size()));
    Line line;
    line.line = number;
    const std::size_t space = content.find_last_of(kSpaces);
    const std::size_t word = space == std::string_view::npos ? 0 : space + 1;
    if (content.substr(word).starts_with(kUntil)) {
      line.until = content.substr(word + kUntil.size());
      if (!is_date(line.until)) {
        reject(fmt::format("'{}' is not a date such as 2027-03-31", line.until));
      }
      line.expired = line.until < today;
      content = trimmed(content.substr(0, word));
    }
    if (content.empty()) {
      reject("expected a type, holder or fingerprint after leak:");
    }
    line.glob = Glob(content);
    lines_.push_back(std::move(line));
  }
}

bool Suppressions::match(const LeakNames& names) {
  bool matched = false;
  for (Line& line : lines_) {
    if (!line.expired && (line.glob.matches(names.subject) ||
                          (!names.type.empty() && line.glob.matches(names.type)) ||
                          line.glob.matches(names.fingerprint))) {
      line.used = true;
      matched = true;
    }
  }
  return matched;
}

}  // namespace heapscan::analysis
