#include "cli/verbs.h"

#include "cli/capture/capture.h"
#include "cli/capture/demo.h"
#include "cli/compare/diff.h"
#include "cli/console/version.h"
#include "cli/export/export.h"
#include "cli/gate/gate.h"
#include "cli/inspect/inspect.h"
#include "cli/sql/load.h"
#include "cli/sql/sql.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan capture 4242 -o old.hsd       dump the heap of process 4242\n"
    "  heapscan inspect old.hsd               what fills it, what holds it, what is garbage\n"
    "  heapscan inspect old.hsd --type dict   one type; --object 0x7f.. for one object\n"
    "  heapscan diff old.hsd new.hsd          what grew, and what holds it\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5%      exit code 1 if it leaks\n"
    "  heapscan export new.hsd --object 0x7f.. -o x.dot   the graph around an object\n"
    "  heapscan sql new.hsd \"SELECT ...\"      run an SQL query\n"
    "  heapscan load old.hsd new.hsd -o heap.db           SQLite, for other programs\n"
    "  heapscan demo unbounded-cache -o x.hsd             a heap to try this out";

}  // namespace

Program heapscan_program() {
  return {.name = "heapscan",
          .summary = "Finds out what fills the heap of a CPython process, and what holds it.",
          .examples = kExamples,
          .version = version_text(),
          .verbs = {capture_verb(), inspect_verb(), diff_verb(), gate_verb(), export_verb(),
                    load_verb(), sql_verb(), demo_verb()}};
}

}  // namespace heapscan::cli
