#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heapscan::cli {

/// The names that someone who wrote `text` may have meant, likeliest first, at most `limit`: names
/// that have `text` as a dotted part ("Session": "shop.Session"), then those a few typos away.
[[nodiscard]] std::vector<std::string> near_names(std::string_view text,
                                                  const std::vector<std::string>& names,
                                                  std::size_t limit);

/// ": did you mean 'a' or 'b'?", or nothing for no names.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string>& names);

/// "MESSAGE: see WHERE", or "MESSAGE See WHERE" if the message ends with a question mark.
[[nodiscard]] std::string see_also(const std::string& message, const std::string& where);

}  // namespace heapscan::cli
