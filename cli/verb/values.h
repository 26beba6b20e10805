#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/verb/verb.h"

/// Targets for the usual kinds of values. The variables must outlive the targets.
namespace heapscan::cli {

/// The number, from `least` to 999999999, decimal. Throws Error(kUsage).
[[nodiscard]] std::uint32_t parse_number(const std::string& text, std::uint32_t least = 0);

/// A number of seconds, not negative. Throws Error(kUsage).
[[nodiscard]] double parse_seconds(const std::string& text);

/// The value that `parse` returns for the text.
template <class T, class Parse>
TakeValue parsed(T& value, Parse parse) {
  return [&value, parse](const std::string& text) { value = parse(text); };
}

/// The same for an option that may have several values.
template <class T, class Parse>
TakeValue each_parsed(std::vector<T>& values, Parse parse) {
  return [&values, parse](const std::string& text) { values.push_back(parse(text)); };
}

/// A name of a file, a type and the like, taken as it is.
[[nodiscard]] inline TakeValue text_value(std::string& value) {
  return [&value](const std::string& text) { value = text; };
}

[[nodiscard]] inline TakeValue each_text(std::vector<std::string>& values) {
  return [&values](const std::string& text) { values.push_back(text); };
}

template <class Number>
TakeValue number_value(Number& value, std::uint32_t least = 0) {
  return [&value, least](const std::string& text) {
    value = static_cast<Number>(parse_number(text, least));
  };
}

/// One of these words.
template <class T>
Choice one_of(T& value, const std::map<std::string, T>& words) {
  Choice choice;
  std::vector<T> values;
  for (const auto& [word, meaning] : words) {
    choice.words.push_back(word);
    values.push_back(meaning);
  }
  choice.take = [&value, values](std::size_t index) { value = values.at(index); };
  return choice;
}

/// "a|b|c".
[[nodiscard]] std::string joined(const std::vector<std::string>& words, char separator = '|');

/// "'x' is not one of a|b|c".
[[nodiscard]] std::string not_one_of(const std::string& text,
                                     const std::vector<std::string>& words);

}  // namespace heapscan::cli
