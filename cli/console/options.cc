#include "cli/console/options.h"

#include <map>

namespace heapscan::cli {
namespace {

const std::map<std::string, When>& when_words() {
  static const std::map<std::string, When> words = {
      {"auto", When::kAuto}, {"always", When::kAlways}, {"never", When::kNever}};
  return words;
}

/// Nine digits fit into every type that a count is kept in.
bool is_count(const std::string& text) {
  return !text.empty() && text.size() <= 9 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

const std::map<std::string, Format>& format_words() {
  static const std::map<std::string, Format> words = {
      {"text", Format::kText},         {"json", Format::kJson},   {"csv", Format::kCsv},
      {"markdown", Format::kMarkdown}, {"junit", Format::kJunit}, {"github", Format::kGithub},
      {"sarif", Format::kSarif}};
  return words;
}

void add_message_options(CLI::App& command, MessageOptions& options) {
  add_choice(command, "--color", options.color, when_words(),
             "Colours; auto: on a terminal without NO_COLOR")
      ->envname("HEAPSCAN_COLOR")
      ->group("Messages");
  add_choice(command, "--progress", options.progress, when_words(),
             "Say what is being done; auto: on a terminal")
      ->envname("HEAPSCAN_PROGRESS")
      ->group("Messages");
}

void add_output_options(CLI::App& command, std::string& output, bool& force) {
  command.add_option("-o,--output", output, "Write to FILE, not to standard output ('-')")
      ->option_text("FILE")
      ->group("Output");
  command.add_flag("-f,--force", force, "Overwrite FILE when it exists")->group("Output");
}

void add_limit_option(CLI::App& command, std::size_t& limit) {
  command.add_option("-n,--limit", limit, "Rows of each table, 0 for all (default 20)")
      ->option_text("N")
      ->check(count_validator())
      ->envname("HEAPSCAN_LIMIT")
      ->group("Output");
}

void add_format_option(CLI::App& command, Format& format, std::initializer_list<Format> formats) {
  std::map<std::string, Format> words;
  for (const auto& [word, known] : format_words()) {
    if (std::find(formats.begin(), formats.end(), known) != formats.end()) {
      words.emplace(word, known);
    }
  }
  add_choice(command, "--format", format, words, "Form of the result (default text)")
      ->envname("HEAPSCAN_FORMAT")
      ->group("Output");
}

void add_result_options(CLI::App& command,
                        ResultOptions& options,
                        std::initializer_list<Format> formats) {
  add_format_option(command, options.format, formats);
  command.add_flag("--bytes", options.bytes, "Exact sizes in bytes, not in KiB and MiB")
      ->envname("HEAPSCAN_BYTES")
      ->group("Output");
  add_output_options(command, options.output, options.force);
}

CLI::Validator count_validator() {
  return CLI::Validator(
      [](const std::string& text) {
        return is_count(text) ? std::string()
                              : "'" + text + "' is not a number from 0 to 999999999";
      },
      "");
}

CLI::Validator number_validator() {
  return CLI::Validator(
      [](const std::string& text) {
        const bool is_zero = text.find_first_not_of('0') == std::string::npos;
        return is_count(text) && !is_zero ? std::string()
                                          : "'" + text + "' is not a number from 1 to 999999999";
      },
      "");
}

}  // namespace heapscan::cli
