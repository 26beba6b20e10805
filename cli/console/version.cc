#include "cli/console/version.h"

#include <CLI/Version.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/version.h>

namespace heapscan::cli {

std::string_view version() {
  return HEAPSCAN_VERSION;
}

std::string version_text() {
#ifdef __clang__
  constexpr std::string_view kCompiler = "clang " __clang_version__;
#else
  constexpr std::string_view kCompiler = "gcc " __VERSION__;
#endif
  return fmt::format(
      "heapscan {}\n"
      "built: {}, {}\n"
      "with:  CLI11 {}, fmt {}.{}.{}, nlohmann_json {}.{}.{}, spdlog {}.{}.{}",
      version(), HEAPSCAN_BUILD_TYPE, kCompiler, CLI11_VERSION, FMT_VERSION / 10000,
      FMT_VERSION / 100 % 100, FMT_VERSION % 100, NLOHMANN_JSON_VERSION_MAJOR,
      NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH, SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR,
      SPDLOG_VER_PATCH);
}

}  // namespace heapscan::cli
