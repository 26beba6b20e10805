#pragma once

#include <string>
#include <vector>

#include "cli/verb/verb.h"

namespace heapscan::cli {

/// What a command line asks for: a verb, or a text to print (help, the version).
struct ParsedCommandLine {
  const Verb* verb = nullptr;  ///< Of the program; null when there is a text instead.
  std::string text;
};

/// Gives the targets of the program's options and arguments their values, those of the environment
/// where the command line has none. Throws Error(kUsage) with one line that says what is wrong and
/// where to find help.
[[nodiscard]] ParsedCommandLine parse_command_line(const Program& program,
                                                   const std::vector<std::string>& arguments);

/// What --help of the program prints.
[[nodiscard]] std::string help_text(const Program& program);

}  // namespace heapscan::cli
