#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "analysis/growth.h"
#include "cli/exit_code.h"
#include "cli/json.h"
#include "cli/messages.h"
#include "cli/result.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// Two dumps and what changed between them: what diff and gate are about.
struct Comparison {
  std::string old_path;
  std::string new_path;
  dump::Heap old_heap;
  dump::Heap new_heap;
  analysis::Growth growth;
  /// What makes the comparison say less than it seems to: the same file twice, another runtime, the
  /// newer dump first.
  std::vector<std::string> notes;

  /// kPartial when either dump lacks parts.
  [[nodiscard]] ExitCode done() const;
};

/// Opens both dumps and compares them; warns of every note.
[[nodiscard]] Comparison compare_dumps(const std::string& old_path,
                                       const std::string& new_path,
                                       const Messages& messages);

/// "10.0 MiB -> 12.0 MiB, +2.0 MiB (+20.0%)".
[[nodiscard]] std::string size_change_text(std::uint64_t old_size,
                                           std::uint64_t new_size,
                                           SizeUnit unit);
/// "1,000 -> 1,200 objects, +200 (+20.0%)".
[[nodiscard]] std::string count_change_text(std::uint64_t old_count,
                                            std::uint64_t new_count,
                                            const std::string& noun);

/// The two dumps and whether they are of one process, in a line each.
void print_compared(std::ostream& out, const Comparison& comparison);

/// The whole heap as a row.
[[nodiscard]] analysis::GrowthRow total_of(const analysis::Growth& growth);

/// A list of Growth, and what it is called.
struct GrowthList {
  std::string title;
  std::string key;  ///< What a row is about: "type".
  const std::vector<analysis::GrowthRow>& rows;
  /// Whether a row's objects are instances of a holder with all that hangs below them.
  bool counts_instances = false;
};

/// The rows that changed most, by descending growth, with what the others add up to.
void print_growth_table(std::ostream& out,
                        const GrowthList& list,
                        const analysis::GrowthRow& total,
                        const TextStyle& style);

/// "old", "new", "notes", "same_process" and "total" of a JSON result.
void add_comparison(Json& document, const Comparison& comparison);

[[nodiscard]] Json json_growth_row(const analysis::GrowthRow& row, const char* key);

}  // namespace heapscan::cli
