#include "analysis/gate.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "analysis/glob.h"
#include "dump/error.h"

namespace heapscan::analysis {
namespace {

constexpr std::string_view kLimitForms =
    "a number of bytes such as 0, 500, 64KB (1000), 10MiB or 1.5 GiB (1024), or percent such as 5%";

[[noreturn]] void reject(std::string_view text, std::string_view fact) {
  throw Error(ErrorKind::kUsage, fmt::format("limit '{}' {}: give {}", text, fact, kLimitForms));
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

/// 2^53: up to here a double counts every byte. No heap is larger.
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

std::string_view without_leading_blanks(std::string_view text) {
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

/// Adds a violation of the rule when the sizes grew by more than the limit.
void check_size(const Limit& limit,
                const GrowthRow& sizes,
                const std::string& rule,
                std::vector<Violation>& violations) {
  if (limit.exceeded_by(sizes.old_size, sizes.new_size)) {
    violations.push_back({rule, sizes.key, sizes.old_size, sizes.new_size, true});
  }
}

}  // namespace

Limit Limit::parse(std::string_view text) {
  // from_chars alone would take a sign, "inf" and "nan".
  if (text.empty() || !is_digit(text.front())) {
    reject(text, text.empty() ? "is empty" : "does not begin with a digit");
  }
  Limit limit;
  limit.text = text;
  const char* const end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data(), end, limit.value, std::chars_format::fixed);
  if (error != std::errc()) {
    reject(text, "is too large");
  }
  const std::string_view unit =
      without_leading_blanks(text.substr(static_cast<std::size_t>(rest - text.data())));
  if (unit == "%") {
    limit.unit = Unit::kPercent;
  } else {
    limit.value *= bytes_of_unit(text, unit);
  }
  if (!std::isfinite(limit.value) || limit.value > kMostBytes) {
    reject(text, "is too large");
  }
  return limit;
}

bool Limit::exceeded_by(std::uint64_t old_size, std::uint64_t new_size) const {
  if (new_size <= old_size) {
    return false;
  }
  const auto growth = static_cast<double>(new_size - old_size);
  if (unit == Unit::kBytes) {
    return growth > value;
  }
  // Growth from nothing is more than any percentage. The products of whole percentages and sizes
  // are exact, so that a growth of exactly the limit is within it.
  return old_size == 0 || growth * 100 > static_cast<double>(old_size) * value;
}

TypeLimit TypeLimit::parse(std::string_view text) {
  // The last sign: names of types may have one, limits may not.
  const std::size_t sign = text.rfind('=');
  if (sign == std::string_view::npos || sign == 0) {
    throw Error(ErrorKind::kUsage,
                fmt::format("limit '{}': give GLOB=LIMIT, such as 'app.*=1MiB'", text));
  }
  return {std::string(text.substr(0, sign)), Limit::parse(text.substr(sign + 1))};
}

std::vector<Violation> check_gate(const GateRules& rules,
                                  const Growth& growth,
                                  const Garbage& new_garbage) {
  std::vector<Violation> violations;
  if (rules.max_growth.has_value()) {
    GrowthRow total;
    total.key = "total";
    total.old_size = growth.old_size;
    total.new_size = growth.new_size;
    check_size(*rules.max_growth, total, "--max-growth " + rules.max_growth->text, violations);
  }
  for (const TypeLimit& type_limit : rules.max_type_growth) {
    const std::string rule =
        fmt::format("--max-type-growth {}={}", type_limit.glob, type_limit.limit.text);
    // The rows are sorted by descending growth, and a type that did not change has none.
    for (const GrowthRow& row : growth.by_type) {
      if (glob_matches(type_limit.glob, row.key)) {
        check_size(type_limit.limit, row, rule, violations);
      }
    }
  }
  if (rules.max_cycles.has_value() && new_garbage.cycles.size() > *rules.max_cycles) {
    violations.push_back({fmt::format("--max-cycles {}", *rules.max_cycles), "unreachable cycles",
                          *rules.max_cycles, new_garbage.cycles.size(), false});
  }
  return violations;
}

}  // namespace heapscan::analysis
