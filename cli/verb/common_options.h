#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "cli/console/options.h"
#include "cli/verb/verb.h"
#include "formats/hsd/hsd.h"

/// Options that several verbs share, with the same name, help and meaning. The variables must
/// outlive the options.
namespace heapscan::cli {

/// The tables one after another.
[[nodiscard]] std::vector<Option> concatenated(std::vector<std::vector<Option>> tables);

/// --color and --progress.
[[nodiscard]] std::vector<Option> message_options(MessageOptions& options);

/// --force, for a verb whose --output has a meaning of its own.
[[nodiscard]] Option force_option(bool& force);

/// --output and --force.
[[nodiscard]] std::vector<Option> output_options(std::string& output, bool& force);

/// --limit.
[[nodiscard]] Option limit_option(std::size_t& limit);

/// --format with these words.
[[nodiscard]] Option format_option(Format& format, std::initializer_list<Format> formats);

/// --format with these words, --bytes, --output and --force.
[[nodiscard]] std::vector<Option> result_options(ResultOptions& options,
                                                 std::initializer_list<Format> formats = {
                                                     Format::kText, Format::kJson});

/// --salvage, which every verb that opens dumps has.
[[nodiscard]] Option salvage_option(bool& salvage);

/// --compression of the dump that is written.
[[nodiscard]] Option compression_option(formats::Compression& compression);

/// --no-values, for a verb that writes dumps.
[[nodiscard]] Option no_values_option(bool& no_values, std::string help, std::string group);

}  // namespace heapscan::cli
