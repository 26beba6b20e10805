#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace heapscan::cli {

/// The text of --help: what the command does, how it is called, examples, then options. Only
/// parser.cc includes this header: everything else is independent of CLI11.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app,
                        std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace heapscan::cli
