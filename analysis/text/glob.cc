#include "analysis/text/glob.h"

#include <cstddef>

namespace heapscan::analysis {

bool glob_matches(std::string_view pattern, std::string_view text) {
  // If the rest after a star does not match, the star takes one more byte. Only the last star has
  // to be tried again: whatever an earlier one could take, the last one can take as well.
  constexpr std::size_t kNoStar = std::string_view::npos;
  std::size_t star = kNoStar;
  std::size_t taken_until = 0;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken_until = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != kNoStar) {
      p = star + 1;
      t = ++taken_until;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}

bool Glob::matches(std::string_view text) const {
  return is_literal_ ? pattern_ == text : glob_matches(pattern_, text);
}

}  // namespace heapscan::analysis
