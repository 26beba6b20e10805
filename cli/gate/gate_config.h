#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace heapscan::cli {

/// A key of a config file, its line and its values.
struct ConfigEntry {
  std::string key;
  std::vector<std::string> values;
  std::size_t line = 0;  ///< From 1.
};

/// The entries of a config file for the gate, in CLI11's format (TOML and INI):
///
///     # comments
///     max-growth = "5%"
///     [gate]
///     max-type-growth = ["shop.*=64KiB", "dict=1MiB"]
///
/// Keys come before all sections or in the section of the verb.
/// Throws Error(kBadInput) with the path when the file cannot be read, Error(kUsage) with the path
/// and the line for any other section.
[[nodiscard]] std::vector<ConfigEntry> read_config(const std::string& path,
                                                   const std::string& section);

/// "gate.toml: line 4".
[[nodiscard]] std::string config_place(const std::string& path, const ConfigEntry& entry);

}  // namespace heapscan::cli
