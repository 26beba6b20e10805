#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapscan::analysis {

/// What a leak can be named by, for suppressions.
struct LeakNames {
  std::string_view subject;      ///< A type's name, a holder's path signature, a cycle's.
  std::string_view type;         ///< The type of the objects at a holder; empty otherwise.
  std::string_view fingerprint;  ///< Sixteen hexadecimal digits.
};

/// Leaks that are known and accepted, as a file names them, a line each:
///
///     # sessions are kept for a day: ticket 1234
///     leak:module shop.cache > ._SESSIONS*  until=2027-03-31
///     leak:shop.models.*
///     leak:8f14e45fceea167a
///
/// A glob (analysis/glob.h) is matched against the whole of each name. Blanks around it fall away.
/// Behind its date a line matches nothing any more. Empty lines and those that begin with # are
/// comments.
class Suppressions {
 public:
  struct Line {
    std::string glob;
    std::string until;     ///< "2027-03-31", the last day, or empty.
    std::size_t line = 0;  ///< In its file, from 1.
    bool expired = false;
    bool used = false;
  };

  Suppressions() = default;

  /// `today`: "2026-11-21". Throws Error(kBadInput) with `path`, the line and the reason.
  Suppressions(std::string_view text, std::string_view path, std::string_view today);

  /// Whether a line that has not expired matches a name; that line is then used.
  bool match(const LeakNames& names);

  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  std::vector<Line> lines_;
};

}  // namespace heapscan::analysis
