#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/console/console.h"
#include "cli/console/exit_code.h"
#include "cli/console/size_text.h"
#include "cli/console/terminal.h"

/// Options that several verbs have: the same name, text and meaning in each.
namespace heapscan::cli {

enum class Format : std::uint8_t {
  kText,
  kJson,
  kCsv,
  kMarkdown,
  kJunit,
  kGithub,
  kSarif,
};

/// How messages are shown; every verb has these.
struct MessageOptions {
  When color = When::kAuto;
  When progress = When::kAuto;
};

/// How a result is shown and where it goes.
struct ResultOptions {
  Format format = Format::kText;
  bool bytes = false;
  std::size_t limit = 20;  ///< Rows of each table; 0: all.
  std::string output;      ///< A file; empty or "-": standard output.
  bool force = false;

  [[nodiscard]] SizeUnit unit() const { return bytes ? SizeUnit::kBytes : SizeUnit::kBinary; }

  /// The same in another file.
  [[nodiscard]] ResultOptions to(const std::string& path) const {
    ResultOptions other = *this;
    other.output = path;
    return other;
  }

  /// The number of rows to show out of `available`.
  [[nodiscard]] std::size_t shown(std::size_t available) const {
    return limit == 0 ? available : std::min(limit, available);
  }
};

/// A verb as the command line knows it: how it is parsed, and what it does once everything is.
struct Verb {
  CLI::App* command = nullptr;
  std::function<ExitCode(const Console&)> run;
};

/// An option whose value is one of a few words.
template <class T>
CLI::Option* add_choice(CLI::App& command,
                        const std::string& name,
                        T& value,
                        const std::map<std::string, T>& choices,
                        const std::string& help) {
  std::string words;
  for (const auto& choice : choices) {
    words += (words.empty() ? "" : "|") + choice.first;
  }
  const auto check = [choices, words](const std::string& word) {
    return choices.contains(word) ? std::string() : "'" + word + "' is not one of " + words;
  };
  return command
      .add_option_function<std::string>(
          name, [&value, choices](const std::string& word) { value = choices.at(word); }, help)
      ->check(CLI::Validator(check, ""))
      ->option_text(words);
}

void add_message_options(CLI::App& command, MessageOptions& options);
void add_output_options(CLI::App& command, std::string& output, bool& force);
void add_limit_option(CLI::App& command, std::size_t& limit);
/// The words of formats, as --format takes them.
[[nodiscard]] const std::map<std::string, Format>& format_words();

/// --format with these words.
void add_format_option(CLI::App& command, Format& format, std::initializer_list<Format> formats);

/// --format with these words, --bytes, --output and --force.
void add_result_options(CLI::App& command,
                        ResultOptions& options,
                        std::initializer_list<Format> formats = {Format::kText, Format::kJson});

/// Accepts a number that is not negative: the parser itself takes -1 for a very large one.
[[nodiscard]] CLI::Validator count_validator();

/// Accepts a number from 1 on.
[[nodiscard]] CLI::Validator number_validator();

}  // namespace heapscan::cli
