#pragma once

#include <string_view>

#include <spdlog/logger.h>

#include "cli/console/console.h"
#include "cli/console/options.h"

namespace heapscan::cli {

/// What a verb says beside its result, on the error stream, one line each. Texts may contain names
/// out of a dump: they are made printable here.
class Messages {
 public:
  Messages(const Console& console, const MessageOptions& options);

  /// Something that the user should know about the result.
  void warn(std::string_view text) const;

  /// What was done, when that is the result.
  void say(std::string_view text) const;

  /// What is being done; shown as --progress says.
  void progress(std::string_view text) const;

 private:
  mutable spdlog::logger log_;
  bool progress_;
};

}  // namespace heapscan::cli
