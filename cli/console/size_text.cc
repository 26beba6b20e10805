#include "cli/console/size_text.h"

#include <array>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

namespace heapscan::cli {
namespace {

/// The absolute value; of the smallest number too, which has no positive counterpart.
std::uint64_t magnitude(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  return number < 0 ? ~bits + 1 : bits;
}

std::string_view sign(std::int64_t number) {
  if (number == 0) {
    return "";
  }
  return number > 0 ? "+" : "-";
}

}  // namespace

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string signed_count_text(std::int64_t count) {
  return fmt::format("{}{}", sign(count), count_text(magnitude(count)));
}

std::string size_text(std::uint64_t bytes, SizeUnit unit) {
  static constexpr std::array<std::string_view, 6> kUnits = {"KiB", "MiB", "GiB",
                                                             "TiB", "PiB", "EiB"};
  if (unit == SizeUnit::kBytes) {
    return count_text(bytes);
  }
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  double value = static_cast<double>(bytes) / 1024;
  std::size_t at = 0;
  // 1023.95 would round to "1024.0 KiB".
  while (value >= 1023.95 && at + 1 < kUnits.size()) {
    value /= 1024;
    ++at;
  }
  return fmt::format("{:.1f} {}", value, kUnits.at(at));
}

std::string signed_size_text(std::int64_t bytes, SizeUnit unit) {
  return fmt::format("{}{}", sign(bytes), size_text(magnitude(bytes), unit));
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) {
    return "-";
  }
  const double share = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (part != 0 && share < 0.05) {
    return "<0.1%";
  }
  // What is not all of it does not round up to all of it.
  if (part != whole && share >= 99.95 && share < 100) {
    return "99.9%";
  }
  return fmt::format("{:.1f}%", share);
}

std::string growth_text(std::uint64_t old_value, std::uint64_t new_value) {
  if (old_value == new_value) {
    return "0%";
  }
  if (old_value == 0) {
    return "new";
  }
  if (new_value == 0) {
    return "gone";
  }
  const double growth = 100 * (static_cast<double>(new_value) / static_cast<double>(old_value) - 1);
  if (growth > -0.05 && growth < 0.05) {
    return growth > 0 ? "+<0.1%" : "-<0.1%";
  }
  return growth < 1000 ? fmt::format("{:+.1f}%", growth)
                       : fmt::format("x{:.0f}", static_cast<double>(new_value) /
                                                    static_cast<double>(old_value));
}

std::string counted(std::uint64_t count, const std::string& noun) {
  return count_text(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string duration_text(std::int64_t microseconds) {
  if (microseconds < 1000) {
    return fmt::format("{} us", microseconds);
  }
  if (microseconds < 1'000'000) {
    return fmt::format("{:.0f} ms", static_cast<double>(microseconds) / 1000);
  }
  const double seconds = static_cast<double>(microseconds) / 1'000'000;
  if (seconds < 120) {
    return fmt::format("{:.1f} s", seconds);
  }
  if (seconds < 2 * 3600) {
    return fmt::format("{:.0f} min", seconds / 60);
  }
  return seconds < 2 * 86400 ? fmt::format("{:.1f} h", seconds / 3600)
                             : fmt::format("{:.1f} days", seconds / 86400);
}

std::string time_text(std::int64_t seconds) {
  // Civil date from days, after Howard Hinnant's public domain algorithm: gmtime() fails on years
  // that a damaged dump may claim, and its result depends on the system.
  constexpr std::int64_t kSecondsInDay = 86400;
  std::int64_t days = seconds / kSecondsInDay;
  std::int64_t of_day = seconds % kSecondsInDay;
  if (of_day < 0) {
    of_day += kSecondsInDay;
    --days;
  }
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", year, month, day, of_day / 3600,
                     of_day / 60 % 60, of_day % 60);
}

}  // namespace heapscan::cli
