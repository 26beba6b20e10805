#include "cli/console/near_names.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace heapscan::cli {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char character) {
    return static_cast<char>(std::tolower(character));
  });
  return result;
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two strings.
std::size_t typing_errors(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> current(to.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t row = 1; row <= from.size(); ++row) {
    current[0] = row;
    for (std::size_t column = 1; column <= to.size(); ++column) {
      const bool same = from[row - 1] == to[column - 1];
      current[column] = std::min(
          {last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0U : 1U)});
      if (row > 1 && column > 1 && from[row - 1] == to[column - 2] &&
          from[row - 2] == to[column - 1]) {
        current[column] = std::min(current[column], before_last[column - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(current);
  }
  return last.back();
}

}  // namespace

std::vector<std::string> near_names(std::string_view text,
                                    const std::vector<std::string>& names,
                                    std::size_t limit) {
  const std::string wanted = lower(text);
  // The dashes of an option are not part of its name.
  const std::size_t dashes = std::min(wanted.find_first_not_of('-'), wanted.size());
  const std::size_t allowed = std::max<std::size_t>(1, (wanted.size() - dashes) / 3);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const std::string& name : names) {
    const std::string candidate = lower(name);
    const std::string last_part = candidate.substr(candidate.rfind('.') + 1);
    if (candidate == wanted || last_part == wanted) {
      found.emplace_back(0, name);
    } else if (wanted.size() >= 3 && candidate.find(wanted) != std::string::npos) {
      found.emplace_back(1, name);
    } else if (candidate.size() <= wanted.size() + allowed ||
               last_part.size() <= wanted.size() + allowed) {
      const std::size_t errors =
          std::min(typing_errors(wanted, candidate), typing_errors(wanted, last_part));
      if (errors <= allowed) {
        found.emplace_back(1 + errors, name);
      }
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> result;
  for (const auto& [errors, name] : found) {
    if (result.size() == limit) {
      break;
    }
    if (std::find(result.begin(), result.end(), name) == result.end()) {
      result.push_back(name);
    }
  }
  return result;
}

std::string did_you_mean(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (at > 0) {
      text += at + 1 == names.size() ? " or " : ", ";
    }
    text += "'" + names[at] + "'";
  }
  return text.empty() ? text : ": did you mean " + text + "?";
}

std::string see_also(const std::string& message, const std::string& where) {
  return message + (message.ends_with('?') ? " See " : ": see ") + where;
}

}  // namespace heapscan::cli
