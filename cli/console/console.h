#pragma once

#include <iosfwd>

#include "cli/console/terminal.h"

namespace heapscan::cli {

/// The streams of one run. Results go to `out`, messages to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  Terminal out_terminal;
  Terminal err_terminal;
};

}  // namespace heapscan::cli
