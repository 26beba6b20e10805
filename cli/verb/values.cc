#include "cli/verb/values.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::cli {

std::uint32_t parse_number(const std::string& text, std::uint32_t least) {
  constexpr std::size_t kMostDigits = 9;  // As many as fit into every type that holds a number.
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (text.size() > kMostDigits || problem != std::errc() || stop != end || number < least) {
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is not a number from {} to 999999999", text, least));
  }
  return number;
}

double parse_seconds(const std::string& text) {
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, seconds);
  if (problem != std::errc() || stop != end || !std::isfinite(seconds) || seconds < 0) {
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is not a number of seconds such as 0.5 or 30", text));
  }
  return seconds;
}

std::string joined(const std::vector<std::string>& words, char separator) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : std::string(1, separator)) + word;
  }
  return text;
}

std::string not_one_of(const std::string& text, const std::vector<std::string>& words) {
  return "'" + text + "' is not one of " + joined(words);
}

}  // namespace heapscan::cli
