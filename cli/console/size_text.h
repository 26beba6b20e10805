#pragma once

#include <cstdint>
#include <string>

namespace heapscan::cli {

/// How sizes are written in text.
enum class SizeUnit : std::uint8_t {
  kBinary,  ///< "184 B", "12.3 KiB", "4.0 GiB".
  kBytes,   ///< "12,595", exact.
};

/// "1,234,567".
[[nodiscard]] std::string count_text(std::uint64_t count);

/// "+1,234", "-5", "0".
[[nodiscard]] std::string signed_count_text(std::int64_t count);

[[nodiscard]] std::string size_text(std::uint64_t bytes, SizeUnit unit);

/// "+1.2 MiB", "-184 B", "0 B".
[[nodiscard]] std::string signed_size_text(std::int64_t bytes, SizeUnit unit);

/// "65.8%", "<0.1%" for a share too small to show; "-" of nothing.
[[nodiscard]] std::string share_text(std::uint64_t part, std::uint64_t whole);

/// "+12.3%" from `old_value` to `new_value`; "new" when there was nothing, "gone" when there is
/// nothing left.
[[nodiscard]] std::string growth_text(std::uint64_t old_value, std::uint64_t new_value);

/// "1 object", "2 objects": `noun` takes an s.
[[nodiscard]] std::string counted(std::uint64_t count, const std::string& noun);

/// "210 ms", "1.5 s", "10 min", "3.0 days" from microseconds.
[[nodiscard]] std::string duration_text(std::int64_t microseconds);

/// "2025-11-20 22:19:24 UTC" from seconds since 1970.
[[nodiscard]] std::string time_text(std::int64_t seconds);

}  // namespace heapscan::cli
