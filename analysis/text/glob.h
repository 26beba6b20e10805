#pragma once

#include <string>
#include <string_view>

namespace heapscan::analysis {

/// A pattern in which `*` matches any text, including none, and `?` any single byte. Every other
/// byte matches itself. The whole text must match.
///
/// Whether it has wildcards is determined once, so that matching a plain name costs a string
/// comparison. Cost of a match otherwise: at most the product of the two lengths.
class Glob {
 public:
  Glob() = default;

  explicit Glob(std::string_view pattern)
      : pattern_(pattern), is_literal_(pattern.find_first_of("*?") == std::string_view::npos) {}

  [[nodiscard]] bool matches(std::string_view text) const;

  /// As the user wrote it.
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

  friend bool operator==(const Glob& a, const Glob& b) { return a.pattern_ == b.pattern_; }

 private:
  std::string pattern_;
  bool is_literal_ = true;
};

/// Glob(pattern).matches(text), for a pattern that is used once.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace heapscan::analysis
