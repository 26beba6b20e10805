#pragma once

#include <cstddef>
#include <ostream>
#include <sstream>
#include <string>

#include "cli/console/console.h"
#include "cli/console/options.h"
#include "cli/console/terminal.h"

namespace heapscan::cli {

/// How a result is written as text.
struct TextStyle {
  SizeUnit unit = SizeUnit::kBinary;
  std::size_t limit = 20;  ///< Rows of each table; 0: all.
  std::size_t width = 0;   ///< Of the terminal; 0: no limit.
  Paint paint = Paint(false);

  [[nodiscard]] std::size_t shown(std::size_t available) const {
    return limit == 0 ? available : std::min(limit, available);
  }
};

/// Throws Error(kOutput) when `path` exists and may not be overwritten, or cannot be created. To be
/// called before the work whose result goes there.
void require_writable(const std::string& path, bool force);

/// Where a result goes, standard output or a file that appears once it is complete, and how it is
/// shown.
class Result {
 public:
  /// Checks that the result can be written.
  Result(const Console& console, ResultOptions options, When color);

  [[nodiscard]] std::ostream& stream() { return text_; }

  [[nodiscard]] Format format() const { return options_.format; }

  /// Rows of each table; 0: all.
  [[nodiscard]] std::size_t limit() const { return options_.limit; }

  [[nodiscard]] TextStyle style() const;

  /// Writes the contents of the stream to its destination. Throws Error(kOutput).
  void commit();

 private:
  [[nodiscard]] bool to_file() const { return !options_.output.empty() && options_.output != "-"; }

  const Console& console_;
  ResultOptions options_;
  When color_;
  std::ostringstream text_;
};

}  // namespace heapscan::cli
