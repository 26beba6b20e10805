#include "cli/compare/series.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <future>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/graph/paths.h"
#include "analysis/text/describe.h"
#include "cli/compare/growth_columns.h"
#include "cli/console/size_text.h"
#include "cli/input/dump_argument.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "cli/render/text.h"
#include "formats/baseline.h"

namespace heapscan::cli {
namespace {

using analysis::GrowthRow;
using analysis::Profile;

/// A dump while its objects are still needed. A baseline has only a profile.
struct Loaded {
  std::optional<dump::Heap> heap;
  std::optional<analysis::PathForest> paths;
  std::vector<analysis::NodeId> holder_of_object;  // The node of the profile's holders.
  Profile profile;
  std::vector<std::string> losses;  // Of a salvaged dump.
};

/// Throws Error(kBadInput) for a salvaged dump that lost what a comparison needs.
Loaded load(const std::string& path, bool held, formats::Damage damage) {
  Loaded loaded;
  const DumpArgument argument = dump_argument(path);
  if (!argument.stored && formats::is_baseline(argument.file)) {
    loaded.profile = formats::read_baseline(argument.file);
    return loaded;
  }
  loaded.heap = open_heap(argument, damage);
  require_names(*loaded.heap, path + ": a comparison");
  require_garbage(*loaded.heap, path + ": a comparison");
  loaded.losses = losses_of(*loaded.heap);
  loaded.paths.emplace(*loaded.heap);
  loaded.profile = analysis::profile_of(*loaded.heap, *loaded.paths, loaded.holder_of_object);
  if (held) {
    analysis::add_held(loaded.profile, *loaded.heap, *loaded.paths);
  }
  return loaded;
}

ObjectChanges compare_objects(const Loaded& first, const Loaded& last) {
  ObjectChanges changes;
  const dump::Heap& heap = *last.heap;
  changes.turnover = analysis::turnover(*first.heap, heap, *last.paths,
                                        {last.profile.holders, last.holder_of_object});
  for (const analysis::Turnover::Owner& owner : changes.turnover.owners) {
    const std::optional<analysis::Path> path = last.paths->path(owner.survivor);
    const std::uint64_t address = heap.address(owner.survivor);
    changes.owners.push_back(
        {fmt::format("{} {}", heap.type_name(owner.survivor), analysis::address_text(address)),
         address, analysis::path_text(heap, path.value()),
         analysis::path_signature(heap, path.value()), owner.sum, owner.directly});
  }
  return changes;
}

std::string runtime_text(const dump::ProcessFacts& facts) {
  if (facts.runtime.empty()) {
    return "an unknown runtime";
  }
  return facts.version.empty() ? facts.runtime : facts.runtime + " " + facts.version;
}

bool same_dump(const Series& series, std::size_t a, std::size_t b) {
  std::error_code unknown;
  if (std::filesystem::equivalent(series.names[a], series.names[b], unknown)) {
    return true;
  }
  const Profile& one = series.profiles[a];
  const Profile& other = series.profiles[b];
  return one.facts.taken_at >= 0 && one.facts == other.facts && one.size == other.size &&
         one.types == other.types;
}

void note_pair(Series& series, std::size_t at) {
  const dump::ProcessFacts& before = series.profiles[at - 1].facts;
  const dump::ProcessFacts& after = series.profiles[at].facts;
  const std::string& name = series.names[at];
  if (before.runtime != after.runtime || before.version != after.version) {
    series.notes.push_back(
        fmt::format("the dumps are of {} and {}: sizes differ for that reason alone",
                    runtime_text(before), runtime_text(after)));
  } else if (before.collector != after.collector) {
    series.notes.push_back(fmt::format(
        "the dumps were written by different collectors ({} and {}): their findings may differ",
        before.collector, after.collector));
  }
  if (before.taken_at >= 0 && after.taken_at >= 0 && after.taken_at < before.taken_at) {
    series.notes.push_back(name +
                           ": older than the dump that it is compared with: are they in "
                           "the wrong order?");
  }
}

void note(Series& series) {
  for (std::size_t at = 1; at < series.names.size(); ++at) {
    for (std::size_t before = 0; before < at; ++before) {
      if (same_dump(series, before, at)) {
        series.notes.push_back(
            series.names[before] == series.names[at]
                ? series.names[at] + ": compared with itself, so nothing grew"
                : fmt::format("{} and {} are the same dump, so nothing grew between them",
                              series.names[before], series.names[at]));
        break;
      }
    }
    note_pair(series, at);
  }
}

Fact dump_fact(const std::string& name, const Series& series, std::size_t at) {
  const dump::ProcessFacts& facts = series.profiles[at].facts;
  std::string text = series.names[at];
  if (!facts.runtime.empty()) {
    text += ": " + runtime_text(facts);
  }
  if (facts.pid >= 0) {
    text += fmt::format(", process {}", facts.pid);
  }
  if (facts.taken_at >= 0) {
    text += ", " + time_text(facts.taken_at);
  }
  return {name, {text}};
}

Json json_profile(const Series& series, std::size_t at) {
  const Profile& profile = series.profiles[at];
  Json row = json_facts(profile.facts, series.names[at]);
  row["objects"] = profile.objects;
  row["size"] = profile.size;
  row["unexplained"] = profile.unexplained;
  row["cycles"] = profile.cycle_count();
  row["cycle_size"] = profile.cycle_size();
  return row;
}

}  // namespace

ExitCode Series::done() const {
  const bool complete = std::all_of(profiles.begin(), profiles.end(),
                                    [](const Profile& profile) { return profile.facts.complete; });
  return complete ? ExitCode::kDone : ExitCode::kPartial;
}

void compare_series(Series& series, const Messages& messages) {
  for (std::size_t at = 0; at < series.profiles.size(); ++at) {
    if (!series.profiles[at].facts.complete) {
      messages.warn(series.names[at] + ": the dump is incomplete: figures are lower bounds");
    }
  }
  series.growth = analysis::compare(series.profiles);
  note(series);
  for (const std::string& text : series.notes) {
    messages.warn(text);
  }
}

Profile load_profile(const std::string& path,
                     bool held,
                     const Messages& messages,
                     formats::Damage damage) {
  messages.progress("reading " + path);
  Loaded loaded = load(path, held, damage);
  for (const std::string& loss : loaded.losses) {
    messages.warn(fmt::format("{}: {}", path, loss));
  }
  return std::move(loaded.profile);
}

Series load_series(const std::vector<std::string>& paths,
                   const SeriesOptions& options,
                   const Messages& messages) {
  Series series;
  series.names = paths;
  series.profiles.resize(paths.size());
  const auto note_losses = [&series](const Loaded& loaded, const std::string& path) {
    for (const std::string& loss : loaded.losses) {
      series.notes.push_back(fmt::format("{}: {}", path, loss));
    }
  };
  const std::size_t last = paths.size() - 1;
  messages.progress(fmt::format("reading {} and {}", paths.front(), paths[last]));
  {
    std::future<Loaded> before = std::async(std::launch::async, [&] {
      Loaded loaded = load(paths.front(), options.held, options.damage);
      // Only those of the last dump are needed.
      loaded.paths.reset();
      loaded.holder_of_object = {};
      return loaded;
    });
    Loaded after = load(paths[last], options.held, options.damage);
    Loaded first = before.get();
    if (options.objects && first.heap && after.heap &&
        analysis::is_same_process(first.profile.facts, after.profile.facts)) {
      messages.progress("comparing their objects");
      series.objects = compare_objects(first, after);
    }
    note_losses(first, paths.front());
    note_losses(after, paths[last]);
    series.profiles.front() = std::move(first.profile);
    series.profiles[last] = std::move(after.profile);
  }
  for (std::size_t at = 1; at < last; at += 2) {
    const bool two = at + 1 < last;
    messages.progress(two ? fmt::format("reading {} and {}", paths[at], paths[at + 1])
                          : "reading " + paths[at]);
    const auto load_middle = [&](std::size_t middle) {
      Loaded loaded = load(paths[middle], false, options.damage);
      loaded.heap.reset();
      loaded.paths.reset();
      return loaded;
    };
    std::future<Loaded> other;
    if (two) {
      other = std::async(std::launch::async, load_middle, at + 1);
    }
    for (std::size_t middle = at; middle < (two ? at + 2 : at + 1); ++middle) {
      Loaded loaded = middle == at ? load_middle(middle) : other.get();
      note_losses(loaded, paths[middle]);
      series.profiles[middle] = std::move(loaded.profile);
    }
  }
  messages.progress("comparing");
  compare_series(series, messages);
  return series;
}

Phrase size_change(const GrowthRow& row) {
  return {Bytes{row.first().size},
          " -> ",
          Bytes{row.last().size},
          ", ",
          SignedBytes{row.size_growth()},
          fmt::format(" ({})", growth_text(row.first().size, row.last().size))};
}

std::string size_change_text(const GrowthRow& row, SizeUnit unit) {
  return phrase_text(size_change(row), unit);
}

std::string count_change_text(const GrowthRow& row) {
  return fmt::format("{} -> {}, {} ({})", count_text(row.first().objects),
                     counted(row.last().objects, "object"), signed_count_text(row.object_growth()),
                     growth_text(row.first().objects, row.last().objects));
}

std::vector<Fact> dump_facts(const Series& series) {
  std::vector<Fact> facts;
  const std::size_t count = series.names.size();
  for (std::size_t at = 0; at < count; ++at) {
    const std::string name = count > 2 ? fmt::format("dump {}", at + 1) : at == 0 ? "old" : "new";
    facts.push_back(dump_fact(name, series, at));
  }
  if (!series.growth.same_process) {
    return facts;
  }
  const dump::ProcessFacts& before = series.profiles.front().facts;
  const dump::ProcessFacts& after = series.profiles.back().facts;
  std::string text = "same process";
  if (before.taken_at >= 0 && after.taken_at >= before.taken_at) {
    const std::int64_t seconds = after.taken_at - before.taken_at;
    text += seconds == 0 ? std::string(", less than a second apart")
                         : ", " + duration_text(seconds * 1'000'000) + " apart";
  }
  facts.push_back({"", {text}});
  return facts;
}

Json json_growth_row(const GrowthRow& row, const char* key) {
  const GrowthColumns columns = {key, ""};
  Listing listing;
  listing.columns = columns.columns();
  listing.add(columns.cells(row));
  return json_rows(listing)[0];
}

void add_series(Json& document, const Series& series) {
  document["old"] = json_profile(series, 0);
  document["new"] = json_profile(series, series.names.size() - 1);
  document["dumps"] = Json::array();
  for (std::size_t at = 0; at < series.names.size(); ++at) {
    document["dumps"].push_back(json_profile(series, at));
  }
  document["same_process"] = series.growth.same_process;
  document["notes"] = Json::array();
  for (const std::string& note : series.notes) {
    document["notes"].push_back(json_text(note));
  }
  document["total"] = json_growth_row(series.growth.total, "key");
  for (const char* const key : {"key", "old_instances", "new_instances", "instance_growth"}) {
    document["total"].erase(key);  // Sums over different holders mean nothing.
  }
}

}  // namespace heapscan::cli
