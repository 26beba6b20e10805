#pragma once

#include <memory>
#include <string_view>

#include "cli/console/console.h"
#include "cli/console/options.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace heapscan::cli {

/// What a verb reports besides its result, on the error stream, one line each. Messages may contain
/// names from a dump: they are made printable here.
class Messages {
 public:
  Messages(const Console& console, const MessageOptions& options);

  /// Reports something that the user should know about the result.
  void warn(std::string_view text) const;

  /// Reports what was done, where that is the result.
  void say(std::string_view text) const;

  /// Reports what is being done, if --progress wants it shown.
  void progress(std::string_view text) const;

 private:
  std::shared_ptr<spdlog::logger> log_;
  bool progress_;
};

}  // namespace heapscan::cli
