#include "cli/command_line.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/capture/capture.h"
#include "cli/capture/demo.h"
#include "cli/compare/diff.h"
#include "cli/console/exit_code.h"
#include "cli/console/near_names.h"
#include "cli/console/printable.h"
#include "cli/console/version.h"
#include "cli/export/export.h"
#include "cli/gate/gate.h"
#include "cli/help.h"
#include "cli/inspect/inspect.h"
#include "cli/sql/load.h"
#include "cli/sql/sql.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan capture 4242 -o old.hsd       the heap of process 4242, to a file\n"
    "  heapscan inspect old.hsd               what fills it, who holds it, what is garbage\n"
    "  heapscan inspect old.hsd --type dict   one type; --object 0x7f.. for one object\n"
    "  heapscan diff old.hsd new.hsd          what grew, and who holds what grew\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5%      exit code 1 when it leaks\n"
    "  heapscan export new.hsd --object 0x7f.. -o x.dot   its surroundings as a graph\n"
    "  heapscan sql new.hsd \"SELECT ...\"      a question of your own\n"
    "  heapscan load old.hsd new.hsd -o heap.db           SQLite, for other programs\n"
    "  heapscan demo unbounded-cache -o x.hsd             a heap to try all this on";

/// The whole command line: the parser and its verbs.
class CommandLine {
 public:
  CommandLine()
      : app_("Finds what fills the heap of a CPython process, and who holds it.", "heapscan") {
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.get_formatter()->column_width(30);
    app_.get_formatter()->label("SUBCOMMAND", "VERB");
    app_.get_formatter()->label("Positionals", "Arguments");
    app_.footer(kExamples);
    app_.set_version_flag("-V,--version", version_text());
    app_.require_subcommand(1);
    for (const auto& add :
         {add_capture, add_inspect, add_diff, add_gate, add_export, add_load, add_sql, add_demo}) {
      verbs_.push_back(add(app_));
      verbs_.back().command->group("Verbs");
    }
  }

  ExitCode run(const std::vector<std::string>& arguments, const Console& console) {
    if (arguments.empty()) {
      console.err << app_.help();
      return ExitCode::kUsage;
    }
    require_known_verb(arguments.front());
    try {
      std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
      app_.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
      console.out << (chosen() == &app_ ? app_.help() : chosen()->help(app_.get_name()));
      return ExitCode::kDone;
    } catch (const CLI::CallForVersion&) {
      console.out << version_text() << '\n';
      return ExitCode::kDone;
    } catch (const CLI::ParseError& error) {
      throw Error(ErrorKind::kUsage, usage_error(error));
    }
    for (const Verb& verb : verbs_) {
      if (verb.command->parsed()) {
        return verb.run(console);
      }
    }
    throw Error(ErrorKind::kInternal, "the command line was parsed and has no verb");
  }

 private:
  [[nodiscard]] const CLI::App* chosen() const {
    const auto subcommands = app_.get_subcommands();
    return subcommands.empty() ? &app_ : subcommands.front();
  }

  /// Before the parser does it: its own message would only say that a verb is missing.
  void require_known_verb(const std::string& word) const {
    std::vector<std::string> names;
    for (const Verb& verb : verbs_) {
      names.push_back(verb.command->get_name());
    }
    if (!word.empty() && word.front() == '-') {
      const std::vector<std::string> known = {"-h", "--help", "-V", "--version"};
      if (std::find(known.begin(), known.end(), word) == known.end()) {
        throw Error(ErrorKind::kUsage,
                    "'" + word + "' stands before the verb: see heapscan --help");
      }
      return;
    }
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      throw Error(ErrorKind::kUsage, "'" + word + "' is not a verb" +
                                         did_you_mean(near_names(word, names, 2)) +
                                         ": see heapscan --help");
    }
  }

  [[nodiscard]] std::string usage_error(const CLI::ParseError& error) const {
    const CLI::App* command = chosen();
    const bool is_verb = command != &app_;
    std::string text = is_verb ? command->get_name() + ": " : std::string();
    // What a verb does not know, the parser hands up to the program.
    const std::vector<std::string> unknown = app_.remaining(true);
    // An ExtrasError does not bear its own name.
    const bool is_extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    const auto option = std::find_if(unknown.begin(), unknown.end(), [](const std::string& word) {
      return word.size() > 1 && word.front() == '-';
    });
    if (is_extra && option != unknown.end()) {
      const std::string name = option->substr(0, option->find('='));
      text += "unknown option " + name + did_you_mean(near_names(name, option_names(*command), 2));
    } else if (is_extra && !unknown.empty()) {
      text += "'" + unknown.front() + "' is one argument too many";
    } else {
      text += error.what();
    }
    return text + ": see heapscan " + (is_verb ? command->get_name() + " " : "") + "--help";
  }

  [[nodiscard]] static std::vector<std::string> option_names(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back("--" + name);
      }
    }
    return names;
  }

  CLI::App app_;
  std::vector<Verb> verbs_;
};

ExitCode report(const Console& console, std::string_view message, ExitCode code) {
  console.err << "heapscan: " << printable(message) << '\n' << std::flush;
  return code;
}

ExitCode run_guarded(const std::vector<std::string>& arguments, const Console& console) {
  try {
    const ExitCode code = CommandLine().run(arguments, console);
    console.out.flush();
    return code;
  } catch (const Error& error) {
    const bool ours = error.kind() == ErrorKind::kInternal;
    return report(console,
                  ours ? std::string("internal error: ") + error.what() + ": please report this"
                       : std::string(error.what()),
                  exit_code(error.kind()));
  } catch (const std::bad_alloc&) {
    return report(console,
                  "out of memory: the heap does not fit here: use a machine or a container limit "
                  "with more memory",
                  ExitCode::kFile);
  } catch (const std::exception& error) {
    return report(console, std::string("internal error: ") + error.what() + ": please report this",
                  ExitCode::kInternal);
  }
}

}  // namespace

int run_program(int argc, const char* const* argv, const Console& console) noexcept {
  try {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    return static_cast<int>(run_guarded(arguments, console));
  } catch (...) {
    // The message itself could not be written: the exit code is all that is left to say.
    return static_cast<int>(ExitCode::kInternal);
  }
}

}  // namespace heapscan::cli
