#pragma once

#include <CLI/CLI.hpp>

namespace heapscan::cli {

/// Accepts what parse_address() of selection.h understands.
[[nodiscard]] CLI::Validator address_validator();

}  // namespace heapscan::cli
