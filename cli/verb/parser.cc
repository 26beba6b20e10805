#include "cli/verb/parser.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "cli/console/near_names.h"
#include "cli/verb/help_formatter.h"
#include "cli/verb/values.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

/// Calls `take` for each value that CLI11 has found; its error becomes one of CLI11's, which begins
/// with the name of the option.
void take_each(const CLI::Option& option, const CLI::results_t& texts, const TakeValue& take) {
  for (const std::string& text : texts) {
    try {
      take(text);
    } catch (const Error& error) {
      throw CLI::ValidationError(option.get_name(), error.what());
    }
  }
}

TakeValue take_word(const Choice& choice) {
  return [choice](const std::string& text) {
    const auto word = std::find(choice.words.begin(), choice.words.end(), text);
    if (word == choice.words.end()) {
      throw Error(ErrorKind::kUsage, not_one_of(text, choice.words));
    }
    choice.take(static_cast<std::size_t>(word - choice.words.begin()));
  };
}

/// An option or argument of CLI11 whose values go to `take`.
CLI::Option* add_valued(CLI::App& command,
                        const std::string& names,
                        const std::string& help,
                        const TakeValue& take) {
  // The option exists before its callback can be called.
  const auto self = std::make_shared<CLI::Option*>(nullptr);
  *self = command.add_option(
      names,
      [self, take](const CLI::results_t& texts) {
        take_each(**self, texts, take);
        return true;
      },
      help);
  return *self;
}

CLI::Option* add_bare_option(CLI::App& command, const Option& option) {
  if (bool* const* const flag = std::get_if<bool*>(&option.target)) {
    return command.add_flag(option.names, **flag, option.help);
  }
  if (const Choice* const choice = std::get_if<Choice>(&option.target)) {
    return add_valued(command, option.names, option.help, take_word(*choice))
        ->option_text(option.value.empty() ? joined(choice->words) : option.value);
  }
  return add_valued(command, option.names, option.help, std::get<TakeValue>(option.target))
      ->option_text(option.value);
}

void add_option(CLI::App& command, const Option& option) {
  CLI::Option* const added =
      add_bare_option(command, option)->group(option.group)->required(option.required);
  if (!option.variable.empty()) {
    added->envname(option.variable);
  }
  if (option.repeatable) {
    added->expected(CLI::detail::expected_max_vector_size)->allow_extra_args(false);
  }
  if (option.separator != '\0') {
    added->delimiter(option.separator);
  }
}

void add_argument(CLI::App& command, const Argument& argument) {
  std::string text = argument.repeatable ? "..." : "";
  if (!argument.followed_by.empty()) {
    text += (text.empty() ? "" : " ") + argument.followed_by;
  }
  CLI::Option* const added = add_valued(command, argument.name, argument.help, argument.take)
                                 ->required(argument.required)
                                 // CLI11 replaces an empty text by its own.
                                 ->option_text(text.empty() ? " " : text);
  if (argument.repeatable) {
    added->expected(CLI::detail::expected_max_vector_size);
  }
}

/// Called after all options exist: they may refer to later ones.
void connect(CLI::App& command, const Option& option) {
  CLI::Option* const added = command.get_option(names_of(option).back());
  for (const std::string& name : option.needs) {
    added->needs(command.get_option(name));
  }
  for (const std::string& name : option.excludes) {
    added->excludes(command.get_option(name));
  }
}

/// The parser for a program.
class Parser {
 public:
  explicit Parser(const Program& program) : program_(program), app_(program.summary, program.name) {
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.get_formatter()->column_width(30);
    app_.get_formatter()->label("SUBCOMMAND", "VERB");
    app_.get_formatter()->label("Positionals", "Arguments");
    app_.footer(program.examples);
    app_.set_help_flag("-h,--help", "Show this help");
    app_.set_version_flag("-V,--version", program.version, "Show the version and build");
    app_.require_subcommand(1);
    for (const Verb& verb : program.verbs) {
      add(verb);
    }
  }

  ParsedCommandLine parse(const std::vector<std::string>& arguments) {
    if (!arguments.empty()) {
      require_known_verb(arguments.front());
    }
    try {
      std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
      app_.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
      return {nullptr, chosen() == &app_ ? help() : chosen()->help(app_.get_name())};
    } catch (const CLI::CallForVersion&) {
      return {nullptr, program_.version + "\n"};
    } catch (const CLI::ParseError& error) {
      throw Error(ErrorKind::kUsage, usage_error(error));
    }
    for (const Verb& verb : program_.verbs) {
      if (app_.got_subcommand(verb.name)) {
        return {&verb, {}};
      }
    }
    throw Error(ErrorKind::kInternal, "the parsed command line has no verb");
  }

  [[nodiscard]] std::string help() const { return app_.help(); }

 private:
  void add(const Verb& verb) {
    CLI::App& command = *app_.add_subcommand(verb.name, verb.summary)->group("Verbs");
    command.footer(verb.examples);
    for (const Argument& argument : verb.arguments) {
      add_argument(command, argument);
    }
    for (const Option& option : verb.options) {
      add_option(command, option);
    }
    for (const Option& option : verb.options) {
      connect(command, option);
    }
  }

  [[nodiscard]] const CLI::App* chosen() const {
    const auto subcommands = app_.get_subcommands();
    return subcommands.empty() ? &app_ : subcommands.front();
  }

  /// Before CLI11 does it: its own message would only say that a verb is missing.
  void require_known_verb(const std::string& word) const {
    if (!word.empty() && word.front() == '-') {
      const std::vector<std::string> known = {"-h", "--help", "-V", "--version"};
      if (std::find(known.begin(), known.end(), word) == known.end()) {
        throw Error(ErrorKind::kUsage, "unexpected option '" + word +
                                           "': options go after the verb: see " + program_.name +
                                           " --help");
      }
      return;
    }
    std::vector<std::string> names;
    for (const Verb& verb : program_.verbs) {
      names.push_back(verb.name);
    }
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      throw Error(ErrorKind::kUsage,
                  see_also("unknown verb '" + word + "'" + did_you_mean(near_names(word, names, 2)),
                           program_.name + " --help"));
    }
  }

  [[nodiscard]] std::string usage_error(const CLI::ParseError& error) const {
    const CLI::App* command = chosen();
    const bool is_verb = command != &app_;
    std::string text = is_verb ? command->get_name() + ": " : std::string();
    // CLI11 hands what a verb does not know up to the program.
    const std::vector<std::string> unknown = app_.remaining(true);
    // By type: get_name() of an ExtrasError is not reliable.
    const bool is_extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    const auto option = std::find_if(unknown.begin(), unknown.end(), [](const std::string& word) {
      return word.size() > 1 && word.front() == '-';
    });
    if (is_extra && option != unknown.end()) {
      const std::string name = option->substr(0, option->find('='));
      text += "unknown option " + name + did_you_mean(near_names(name, long_names(*command), 2));
    } else if (is_extra && !unknown.empty()) {
      text += "unexpected argument '" + unknown.front() + "'";
    } else {
      text += text_of(error);
    }
    return see_also(text, program_.name + " " +
                              (is_verb ? command->get_name() + " " : std::string()) + "--help");
  }

  /// CLI11's message, with its "--a excludes --b" in plain words.
  [[nodiscard]] static std::string text_of(const CLI::ParseError& error) {
    constexpr std::string_view kExcludes = " excludes ";
    std::string text = error.what();
    const std::size_t at = text.find(kExcludes);
    if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr && at != std::string::npos) {
      text.replace(at, kExcludes.size(), " cannot be combined with ");
    }
    return text;
  }

  [[nodiscard]] static std::vector<std::string> long_names(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back("--" + name);
      }
    }
    return names;
  }

  const Program& program_;
  CLI::App app_;
};

}  // namespace

ParsedCommandLine parse_command_line(const Program& program,
                                     const std::vector<std::string>& arguments) {
  return Parser(program).parse(arguments);
}

std::string help_text(const Program& program) {
  return Parser(program).help();
}

}  // namespace heapscan::cli
