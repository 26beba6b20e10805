#pragma once

#include <cstddef>
#include <ostream>
#include <vector>

#include "analysis/cycles.h"
#include "analysis/gate.h"
#include "cli/comparison.h"
#include "cli/json.h"
#include "cli/result.h"

namespace heapscan::cli {

/// What the gate found. Does not own what it was found in.
struct GateReport {
  const Comparison& comparison;
  const analysis::Garbage& garbage;  ///< Of the new dump.
  std::vector<analysis::Violation> violations;
  std::size_t rules = 0;  ///< That were checked.
};

/// The verdict, then for each broken rule the values, who holds what grew, and the command that
/// shows more.
void print_gate(std::ostream& out, const GateReport& report, const TextStyle& style);

[[nodiscard]] Json json_gate(const GateReport& report);

}  // namespace heapscan::cli
