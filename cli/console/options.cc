#include "cli/console/options.h"

namespace heapscan::cli {

const std::map<std::string, Format>& format_words() {
  static const std::map<std::string, Format> words = {
      {"text", Format::kText},         {"json", Format::kJson},   {"csv", Format::kCsv},
      {"markdown", Format::kMarkdown}, {"junit", Format::kJunit}, {"github", Format::kGithub},
      {"sarif", Format::kSarif}};
  return words;
}

}  // namespace heapscan::cli
