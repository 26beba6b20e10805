#include "cli/console/version.h"

#include <fmt/format.h>

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
      "with:  CLI11 {}, fmt {}, nlohmann_json {}, spdlog {}",
      version(), HEAPSCAN_BUILD_TYPE, kCompiler, HEAPSCAN_CLI11_VERSION, HEAPSCAN_FMT_VERSION,
      HEAPSCAN_JSON_VERSION, HEAPSCAN_SPDLOG_VERSION);
}

}  // namespace heapscan::cli
