#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text/glob.h"

namespace heapscan::analysis {

/// The names by which a suppression may refer to a leak.
struct LeakNames {
  std::string_view subject;      ///< A type's name, a holder's path signature, a cycle's.
  std::string_view type;         ///< The type of the objects at a holder; empty otherwise.
  std::string_view fingerprint;  ///< Sixteen hexadecimal digits.
};

/// Leaks that are known and accepted, as listed in a file, one per line:
///
///     # sessions are kept for a day: ticket 1234
///     leak:module shop.cache > ._SESSIONS*  until=2027-03-31
///     leak:shop.models.*
///     leak:8f14e45fceea167a
///
/// A glob (analysis/text/glob.h) is matched against the whole of each name. Spaces around it are
/// ignored. After its date a line matches nothing. Empty lines and those that begin with # are
/// comments.
class Suppressions {
 public:
  struct Line {
    Glob glob;
    std::string until;     ///< "2027-03-31", the last day, or empty.
    std::size_t line = 0;  ///< Its number in the file, from 1.
    bool expired = false;
    bool used = false;
  };

  Suppressions() = default;

  /// `today`: "2026-11-21". Throws Error(kBadInput) with `path`, the line and the reason.
  Suppressions(std::string_view text, std::string_view path, std::string_view today);

  /// Whether a line that has not expired matches one of the names. Marks all such lines as used.
  bool match(const LeakNames& names);

  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  std::vector<Line> lines_;
};

}  // namespace heapscan::analysis
