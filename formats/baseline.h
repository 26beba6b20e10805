#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "analysis/growth/profile.h"

namespace heapscan::formats {

/// The newest schema of baselines that can be read, and the one that is written.
inline constexpr int kBaselineSchema = 1;

/// Whether the file looks like a baseline: JSON, not a dump.
/// Throws Error(kBadInput) if it cannot be opened.
[[nodiscard]] bool is_baseline(const std::filesystem::path& path);

/// Reads a baseline. Throws Error(kBadInput) that names the file, the place and the problem: not
/// JSON, a newer schema, a field that is missing or of the wrong type, figures that do not add up.
[[nodiscard]] analysis::Profile read_baseline(const std::filesystem::path& path);

/// The same from text; `name` is for messages.
[[nodiscard]] analysis::Profile parse_baseline(std::string_view text, const std::string& name);

/// A baseline as text: JSON with a line for each type, holder, cycle and suspect, sorted, so that
/// changes can be reviewed. The same program gives the same text: it contains no addresses, values,
/// times or host names. `heapscan`: the version that writes it.
///
/// Requires: add_held() was called. Holders smaller than a thousandth of the heap are left out, as
/// HolderTree::without_small() does.
[[nodiscard]] std::string baseline_text(const analysis::Profile& profile,
                                        std::string_view heapscan);

}  // namespace heapscan::formats
