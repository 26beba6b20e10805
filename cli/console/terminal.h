#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace heapscan::cli {

/// When something that only people want is shown: color, progress.
enum class When : std::uint8_t { kAuto, kAlways, kNever };

/// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process.
[[nodiscard]] Environment process_environment();

/// Where a stream leads.
struct Terminal {
  bool is_terminal = false;
  bool colour = false;    ///< What --color auto means here.
  std::size_t width = 0;  ///< In columns; 0: unlimited.

  /// Looks at an open file. Colour: on a terminal unless TERM=dumb or NO_COLOR is set, elsewhere
  /// only if CLICOLOR_FORCE is set. Width: from COLUMNS or the terminal itself.
  [[nodiscard]] static Terminal of(int descriptor, const Environment& environment);

  [[nodiscard]] bool wants_colour(When when) const {
    return when == When::kAlways || (when == When::kAuto && colour);
  }
};

/// Marks text for a terminal, or leaves it alone.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}

  [[nodiscard]] std::string heading(std::string_view text) const { return wrap("1", text); }

  [[nodiscard]] std::string bad(std::string_view text) const { return wrap("1;31", text); }

  [[nodiscard]] std::string good(std::string_view text) const { return wrap("1;32", text); }

  [[nodiscard]] std::string quiet(std::string_view text) const { return wrap("2", text); }

 private:
  [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const;

  bool on_;
};

}  // namespace heapscan::cli
