#pragma once

#include <string>
#include <vector>

#include "cli/compare/diff_page.h"
#include "cli/compare/growth_listing.h"
#include "cli/console/options.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

struct DiffRequest {
  std::vector<std::string> dumps;  ///< At least two, earliest first.
  std::vector<DiffTable> tables;   ///< Those requested; empty: the usual ones.
  RowChoice rows;
  bool salvage = false;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan diff`: what grew over a series of dumps, and what holds it.
[[nodiscard]] Verb diff_verb();

[[nodiscard]] ExitCode run(const DiffRequest& request, const Console& console);

}  // namespace heapscan::cli
