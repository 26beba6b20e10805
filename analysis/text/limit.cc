#include "analysis/text/limit.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::analysis {
namespace {

constexpr std::string_view kLimitForms =
    "a number of bytes such as 0, 500, 64KB (1000), 10MiB or 1.5 GiB (1024), or a percentage such "
    "as 5%; append /step to limit the growth per step";

[[noreturn]] void reject(std::string_view text, std::string_view fact) {
  throw Error(ErrorKind::kUsage,
              fmt::format("limit '{}' {}: expected {}", text, fact, kLimitForms));
}

struct ByteUnit {
  std::string_view name;  // In lower case.
  double bytes = 1;
};

constexpr double kKilo = 1000;
constexpr double kKibi = 1024;

constexpr std::array<ByteUnit, 8> kByteUnits = {{
    {"", 1},
    {"b", 1},
    {"kb", kKilo},
    {"kib", kKibi},
    {"mb", kKilo* kKilo},
    {"mib", kKibi* kKibi},
    {"gb", kKilo* kKilo* kKilo},
    {"gib", kKibi* kKibi* kKibi},
}};

/// 2^53: up to here a double represents every integer. No heap is larger.
constexpr double kMostBytes = 9007199254740992.0;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return result;
}

std::string_view without_leading_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

double bytes_of_unit(std::string_view text, std::string_view unit) {
  const std::string name = lower_case(unit);
  for (const ByteUnit& known : kByteUnits) {
    if (known.name == name) {
      return known.bytes;
    }
  }
  reject(text, fmt::format("has the unknown unit '{}'", unit));
}

}  // namespace

Limit Limit::parse(std::string_view text) {
  // from_chars alone would accept a sign, "inf" and "nan".
  if (text.empty() || !is_digit(text.front())) {
    reject(text, text.empty() ? "is empty" : "does not begin with a digit");
  }
  Limit limit;
  limit.text = text;
  constexpr std::string_view kPerStep = "/step";
  if (text.ends_with(kPerStep)) {
    limit.per_step = true;
    text.remove_suffix(kPerStep.size());
  }
  const char* const end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data(), end, limit.value, std::chars_format::fixed);
  if (error != std::errc()) {
    reject(limit.text, "is too large");
  }
  const std::string_view unit =
      without_leading_spaces(text.substr(static_cast<std::size_t>(rest - text.data())));
  if (unit == "%") {
    limit.unit = Unit::kPercent;
  } else {
    limit.value *= bytes_of_unit(limit.text, unit);
  }
  if (!std::isfinite(limit.value) || limit.value > kMostBytes) {
    reject(limit.text, "is too large");
  }
  return limit;
}

bool Limit::exceeded_by(std::uint64_t part, std::uint64_t whole) const {
  if (part == 0) {
    return false;
  }
  if (unit == Unit::kBytes) {
    return static_cast<double>(part) > value;
  }
  // Anything is more than any percentage of nothing. The products of whole percentages and sizes
  // are exact, so a part of exactly the limit is within it.
  return whole == 0 || static_cast<double>(part) * 100 > static_cast<double>(whole) * value;
}

}  // namespace heapscan::analysis
