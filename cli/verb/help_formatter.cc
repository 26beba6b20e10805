#include "cli/verb/help_formatter.h"

#include "cli/console/exit_code.h"

namespace heapscan::cli {

std::string HelpFormatter::make_help(const CLI::App* app,
                                     std::string name,
                                     CLI::AppFormatMode mode) const {
  std::string text = make_description(app) + "\n" + make_usage(app, std::move(name));
  if (!app->get_footer().empty()) {
    text += "\n" + app->get_footer() + "\n";
  }
  text += make_subcommands(app, mode);
  text += make_positionals(app);
  for (const std::string& group : app->get_groups()) {
    const std::vector<const CLI::Option*> options =
        app->get_options([&group](const CLI::Option* option) {
          return option->get_group() == group && option->nonpositional();
        });
    if (!group.empty() && !options.empty()) {
      text += make_group(group, false, options);
    }
  }
  return text + "\n" + kExitCodeHelp;
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const std::string& text = option->get_option_text();
  return text.empty() || text == " " ? std::string() : " " + text;
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  if (option->get_envname().empty()) {
    return option->get_description();
  }
  return option->get_description() + "\n[" + option->get_envname() + "]";
}

}  // namespace heapscan::cli
