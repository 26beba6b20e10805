#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/growth/growth.h"
#include "analysis/growth/profile.h"
#include "analysis/growth/turnover.h"
#include "cli/console/exit_code.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/render/json.h"
#include "cli/render/page.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

/// A survivor that holds new objects, as it is shown.
struct OwnerRow {
  std::string object;  ///< "dict 0x7f31c8".
  std::uint64_t address = 0;
  std::string path;       ///< From a root, with keys and positions.
  std::string signature;  ///< The same without them.
  analysis::ObjectSum sum;
  std::uint64_t directly = 0;
};

/// The objects of the first and the last dump of one process.
struct ObjectChanges {
  analysis::Turnover turnover;
  std::vector<OwnerRow> owners;  ///< One for each row of the turnover.
};

/// Dumps in chronological order, and what changed over them: the subject of diff and gate.
struct Series {
  std::vector<std::string> names;  ///< Paths, or other names of the dumps.
  std::vector<analysis::Profile> profiles;
  analysis::Growth growth;
  /// What limits the comparison: the same dump twice, another runtime, the newer dump first.
  std::vector<std::string> notes;
  std::optional<ObjectChanges> objects;

  /// kPartial if a dump is incomplete.
  [[nodiscard]] ExitCode done() const;
};

struct SeriesOptions {
  bool objects = false;  ///< Compare the objects, if the dumps are of one process.
  formats::Damage damage = formats::Damage::kRefuse;
  bool held = false;  ///< Find what types retain, and suspects, in the first and last dump.
};

/// The profile of a dump or a baseline, with what is held if `held` is set.
[[nodiscard]] analysis::Profile load_profile(const std::string& path,
                                             bool held,
                                             const Messages& messages,
                                             formats::Damage damage = formats::Damage::kRefuse);

/// Opens the dumps, two at a time, and compares them; each may be a baseline.
[[nodiscard]] Series load_series(const std::vector<std::string>& paths,
                                 const SeriesOptions& options,
                                 const Messages& messages);

/// Compares the profiles and fills in growth and notes; warns of every note, and of incomplete
/// dumps. Requires: at least two profiles, with their names.
void compare_series(Series& series, const Messages& messages);

/// "10.0 MiB -> 12.0 MiB, +2.0 MiB (+20.0%)".
[[nodiscard]] Phrase size_change(const analysis::GrowthRow& row);
[[nodiscard]] std::string size_change_text(const analysis::GrowthRow& row, SizeUnit unit);
/// "1,000 -> 1,200 objects, +200 (+20.0%)".
[[nodiscard]] std::string count_change_text(const analysis::GrowthRow& row);

/// The dumps, and whether they are of one process.
[[nodiscard]] std::vector<Fact> dump_facts(const Series& series);

/// "old", "new", "dumps", "notes", "same_process" and "total" of a JSON result.
void add_series(Json& document, const Series& series);

/// The figures of a row: first and last, those of each dump, and the trend.
[[nodiscard]] Json json_growth_row(const analysis::GrowthRow& row, const char* key);

}  // namespace heapscan::cli
