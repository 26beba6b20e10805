#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "cli/console/console.h"
#include "cli/console/exit_code.h"

/// What a verb of the command line is: plain tables that the parser, the help and anything else
/// that wants to know the command line (shell completions, checks of the manual) walk through.
///
/// Targets refer to the request that the verb's run() gets: whoever builds a verb ensures that
/// run() keeps the request alive.
namespace heapscan::cli {

/// Parses a value of the command line or the environment and stores it; called once for each
/// value. Throws Error(kUsage) that quotes the value and says what is expected.
using TakeValue = std::function<void(const std::string& text)>;

/// A value that is one of a few words.
struct Choice {
  std::vector<std::string> words;
  std::function<void(std::size_t index)> take;  ///< Gets the index of the given word.
};

/// Where an option's value goes; a flag has none and is set.
using Target = std::variant<bool*, TakeValue, Choice>;

struct Option {
  std::string names;       ///< "--limit" or "-n,--limit".
  std::string value = {};  ///< The name of the value in help; empty: the words of a choice.
  std::string help = {};   ///< Lines of at most 50 columns.
  Target target = {};
  std::string group = "Options";           ///< The heading in help.
  std::string variable = {};               ///< Of the environment, for the default; or empty.
  std::vector<std::string> needs = {};     ///< Options that must be given with it,
  std::vector<std::string> excludes = {};  ///< and options or arguments that must not.
  bool required = false;
  bool repeatable = false;  ///< May be given more than once, each time with one value.
  char separator = '\0';    ///< Between several values of a repeatable one.
};

/// A word of the command line that belongs to no option.
struct Argument {
  std::string name;  ///< "DUMP".
  std::string help = {};
  TakeValue take = {};
  bool required = false;
  bool repeatable = false;
  std::string followed_by = {};  ///< What help shows behind its name: "[QUERY]".
};

struct Verb {
  std::string name;
  std::string summary = {};   ///< One line.
  std::string examples = {};  ///< With their heading, and what else help says before the options.
  std::vector<Argument> arguments = {};
  std::vector<Option> options = {};
  /// Does the work, once every target has its value. Throws Error.
  std::function<ExitCode(const Console&)> run = {};
};

/// The command line as a whole.
struct Program {
  std::string name;
  std::string summary;
  std::string examples;
  std::string version;  ///< The text of --version.
  std::vector<Verb> verbs;
};

/// The names of an option, each by itself: "-n", "--limit".
[[nodiscard]] std::vector<std::string> names_of(const Option& option);

}  // namespace heapscan::cli
