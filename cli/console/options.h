#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "cli/console/size_text.h"
#include "cli/console/terminal.h"

/// The values of options that several verbs share; cli/verb/common_options.h declares the options.
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

  /// The same options, for another file.
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

/// The words of formats, as --format takes them.
[[nodiscard]] const std::map<std::string, Format>& format_words();

}  // namespace heapscan::cli
