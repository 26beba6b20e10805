#include "cli/verb/common_options.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "cli/verb/values.h"

namespace heapscan::cli {
namespace {

std::map<std::string, When> when_words() {
  return {{"auto", When::kAuto}, {"always", When::kAlways}, {"never", When::kNever}};
}

}  // namespace

std::vector<Option> concatenated(std::vector<std::vector<Option>> tables) {
  std::vector<Option> options;
  for (std::vector<Option>& table : tables) {
    std::move(table.begin(), table.end(), std::back_inserter(options));
  }
  return options;
}

std::vector<Option> message_options(MessageOptions& options) {
  return {{.names = "--color",
           .help = "When to use color; auto: on a terminal, unless\nNO_COLOR is set",
           .target = one_of(options.color, when_words()),
           .group = "Messages",
           .variable = "HEAPSCAN_COLOR"},
          {.names = "--progress",
           .help = "When to show progress; auto: on a terminal",
           .target = one_of(options.progress, when_words()),
           .group = "Messages",
           .variable = "HEAPSCAN_PROGRESS"}};
}

Option force_option(bool& force) {
  return {.names = "-f,--force",
          .help = "Overwrite FILE if it exists",
          .target = &force,
          .group = "Output"};
}

std::vector<Option> output_options(std::string& output, bool& force) {
  return {{.names = "-o,--output",
           .value = "FILE",
           .help = "Write to FILE instead of standard output ('-')",
           .target = text_value(output),
           .group = "Output"},
          force_option(force)};
}

Option limit_option(std::size_t& limit) {
  return {.names = "-n,--limit",
          .value = "N",
          .help = "Rows per table, 0 for all (default 20)",
          .target = number_value(limit),
          .group = "Output",
          .variable = "HEAPSCAN_LIMIT"};
}

Option format_option(Format& format, std::initializer_list<Format> formats) {
  std::map<std::string, Format> words;
  for (const auto& [word, known] : format_words()) {
    if (std::find(formats.begin(), formats.end(), known) != formats.end()) {
      words.emplace(word, known);
    }
  }
  return {.names = "--format",
          .help = "Output format (default text)",
          .target = one_of(format, words),
          .group = "Output",
          .variable = "HEAPSCAN_FORMAT"};
}

std::vector<Option> result_options(ResultOptions& options, std::initializer_list<Format> formats) {
  return concatenated({{format_option(options.format, formats),
                        {.names = "--bytes",
                         .help = "Exact sizes in bytes instead of KiB and MiB",
                         .target = &options.bytes,
                         .group = "Output",
                         .variable = "HEAPSCAN_BYTES"}},
                       output_options(options.output, options.force)});
}

Option salvage_option(bool& salvage) {
  return {
      .names = "--salvage", .help = "Read the intact parts of a damaged dump", .target = &salvage};
}

Option compression_option(formats::Compression& compression) {
  return {.names = "--compression",
          .help = "zstd: several times smaller; none: opens faster\n(default zstd)",
          .target = one_of(compression, {{"none", formats::Compression::kNone},
                                         {"zstd", formats::Compression::kZstd}}),
          .group = "Output",
          .variable = "HEAPSCAN_COMPRESSION"};
}

Option no_values_option(bool& no_values, std::string help, std::string group) {
  return {.names = "--no-values",
          .help = std::move(help),
          .target = &no_values,
          .group = std::move(group),
          .variable = "HEAPSCAN_NO_VALUES"};
}

}  // namespace heapscan::cli
