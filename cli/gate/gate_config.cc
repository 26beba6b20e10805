#include "cli/gate/gate_config.h"

#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/console/text_file.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

/// CLI11 mistakes a section without its closing bracket for a key.
void require_sections(const std::string& path, const std::string& text) {
  std::istringstream stream(text);
  std::size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    line = CLI::detail::trim_copy(line.substr(0, line.find('#')));
    const bool section = !line.empty() && line.front() == '[';
    if (section && line.find(']') == std::string::npos &&
        line.find_first_of("\"'") == std::string::npos) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}: line {}: '{}' has no closing bracket", path, number, line));
    }
  }
}

/// The key that a line begins with; empty for comments, sections and continued lists.
std::string key_of_line(std::string line) {
  line = CLI::detail::trim_copy(line);
  if (line.empty() || line.front() == '#' || line.front() == ';' || line.front() == '[') {
    return "";
  }
  std::string key = CLI::detail::trim_copy(line.substr(0, line.find('=')));
  const std::size_t comment =
      line.find('=') == std::string::npos ? key.find('#') : std::string::npos;
  key = CLI::detail::trim_copy(key.substr(0, comment));
  return CLI::detail::remove_quotes(key);
}

/// CLI11 reports no line numbers: this finds that of each entry by walking through the text.
class Lines {
 public:
  explicit Lines(const std::string& text) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      keys_.push_back(key_of_line(line));
    }
  }

  /// The next line that begins with the key. CLI11 joins equal keys that follow one another; the
  /// others are skipped.
  [[nodiscard]] std::size_t next(const std::string& key) {
    for (std::size_t at = after_; at < keys_.size(); ++at) {
      if (keys_[at] == key) {
        after_ = at + 1;
        return after_;
      }
    }
    return after_;
  }

 private:
  std::vector<std::string> keys_;
  std::size_t after_ = 0;
};

}  // namespace

std::vector<ConfigEntry> read_config(const std::string& path, const std::string& section) {
  const std::string text = text_of_file(path);
  require_sections(path, text);
  std::vector<CLI::ConfigItem> items;
  try {
    std::istringstream stream(text);
    items = CLI::ConfigTOML().from_config(stream);
  } catch (const CLI::Error& error) {
    throw Error(ErrorKind::kUsage, path + ": " + error.what());
  }
  Lines lines(text);
  std::vector<ConfigEntry> entries;
  for (const CLI::ConfigItem& item : items) {
    if (item.name == "++" || item.name == "--") {  // A section begins or ends.
      if (!item.parents.empty() && item.parents.front() != section) {
        throw Error(ErrorKind::kUsage, fmt::format("{}: unknown section [{}]: only [{}] is allowed",
                                                   path, item.parents.front(), section));
      }
      continue;
    }
    ConfigEntry entry{item.name, item.inputs, lines.next(item.name)};
    if (!item.parents.empty() && (item.parents.size() > 1 || item.parents.front() != section)) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}: unknown key '{}'", config_place(path, entry), item.fullname()));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string config_place(const std::string& path, const ConfigEntry& entry) {
  return fmt::format("{}: line {}", path, entry.line);
}

}  // namespace heapscan::cli
