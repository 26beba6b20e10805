#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/compare/growth_listing.h"
#include "cli/console/options.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

/// The tables of diff, in the order in which they are shown.
enum class DiffTable : std::uint8_t {
  kHolder,
  kType,
  kCycle,
  kSuspect,
  kNewHolder,
  kNewType,
  kGoneType,
  kSurvivor,
};

struct DiffRequest {
  std::vector<std::string> dumps;  ///< At least two, earliest first.
  std::vector<DiffTable> tables;   ///< Those asked for; empty: the usual ones.
  RowChoice rows;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan diff`: what grew over a series of dumps, and what holds it.
[[nodiscard]] Verb diff_verb();

[[nodiscard]] ExitCode run(const DiffRequest& request, const Console& console);

}  // namespace heapscan::cli
