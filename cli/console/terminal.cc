#include "cli/console/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace heapscan::cli {
namespace {

std::size_t width_of(int descriptor, const Environment& environment) {
  if (const auto columns = environment("COLUMNS")) {
    std::size_t width = 0;
    const char* end = columns->data() + columns->size();
    const auto [stop, problem] = std::from_chars(columns->data(), end, width);
    if (problem == std::errc() && stop == end && width > 0) {
      return width;
    }
  }
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Terminal Terminal::of(int descriptor, const Environment& environment) {
  const auto is_set = [&environment](const char* name) {
    const auto value = environment(name);
    return value.has_value() && !value->empty();
  };
  Terminal terminal;
  terminal.is_terminal = isatty(descriptor) == 1;
  const bool forced = is_set("CLICOLOR_FORCE") && environment("CLICOLOR_FORCE") != "0";
  const bool dumb = environment("TERM").value_or("") == "dumb";
  terminal.colour = !is_set("NO_COLOR") && (forced || (terminal.is_terminal && !dumb));
  terminal.width = terminal.is_terminal ? width_of(descriptor, environment) : 0;
  return terminal;
}

std::string Paint::wrap(std::string_view code, std::string_view text) const {
  if (!on_ || text.empty()) {
    return std::string(text);
  }
  std::string result = "\x1b[";
  result += code;
  result += 'm';
  result += text;
  result += "\x1b[0m";
  return result;
}

}  // namespace heapscan::cli
