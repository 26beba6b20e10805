#include "cli/console/messages.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "cli/console/printable.h"

namespace heapscan::cli {

Messages::Messages(const Console& console, const MessageOptions& options)
    : log_(std::make_shared<spdlog::logger>(
          "heapscan", std::make_shared<spdlog::sinks::ostream_sink_st>(console.err, true))),
      progress_(options.progress == When::kAlways ||
                (options.progress == When::kAuto && console.err_terminal.is_terminal)) {
  log_->set_pattern("%n: %v");
}

void Messages::warn(std::string_view text) const {
  log_->warn("warning: {}", printable(text));
}

void Messages::say(std::string_view text) const {
  log_->info("{}", printable(text));
}

void Messages::progress(std::string_view text) const {
  if (progress_) {
    log_->info("{} ...", printable(text));
  }
}

}  // namespace heapscan::cli
