#pragma once

#include <cstdint>
#include <optional>

#include "cli/verb/verb.h"

namespace heapscan::cli {

/// Takes what parse_address() of selection.h understands. `address` must outlive the result.
[[nodiscard]] TakeValue address_value(std::optional<std::uint64_t>& address);

}  // namespace heapscan::cli
