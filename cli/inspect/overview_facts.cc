#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/console/size_text.h"
#include "cli/input/salvage.h"
#include "cli/inspect/overview.h"

namespace heapscan::cli {
namespace {

void add(Facts& facts, const char* name, Phrase text) {
  facts.facts.push_back({name, std::move(text)});
}

std::string gc_text(const dump::ProcessFacts& facts) {
  if (facts.gc_enabled < 0) {
    return "unknown";
  }
  std::string text = facts.gc_enabled == 1 ? "enabled" : "disabled";
  if (facts.gc_threshold[0] >= 0) {
    text += fmt::format(", thresholds {}/{}/{}, counts {}/{}/{}", facts.gc_threshold[0],
                        facts.gc_threshold[1], facts.gc_threshold[2], facts.gc_count[0],
                        facts.gc_count[1], facts.gc_count[2]);
  }
  if (facts.gc_collections[0] >= 0) {
    text += fmt::format(", ran {}/{}/{} times", facts.gc_collections[0], facts.gc_collections[1],
                        facts.gc_collections[2]);
  }
  return text;
}

Bytes bytes(std::int64_t size) {
  return {static_cast<std::uint64_t>(size)};
}

Phrase rss_phrase(const dump::ProcessFacts& facts) {
  Phrase phrase = {bytes(facts.rss)};
  if (facts.rss_anonymous >= 0 && facts.rss_file >= 0) {
    phrase.insert(phrase.end(), {": ", bytes(facts.rss_anonymous), " anonymous, ",
                                 bytes(facts.rss_file), " files"});
    if (facts.rss_shared > 0) {
      phrase.insert(phrase.end(), {", ", bytes(facts.rss_shared), " shared memory"});
    }
  }
  return phrase;
}

/// "2.0 MiB in 2 arenas, 61.2% of it allocated; 97 pools in use, 82.0% full".
Phrase allocator_phrase(const Overview::Allocator& allocator) {
  return {Bytes{allocator.arenas_size},
          fmt::format(
              " in {}, {} of it allocated; {} in use, {} full", counted(allocator.arenas, "arena"),
              share_text(allocator.used, allocator.arenas_size), counted(allocator.pools, "pool"),
              share_text(allocator.used, allocator.pools_size))};
}

std::string process_text(const dump::ProcessFacts& facts) {
  std::string text = facts.runtime.empty() ? "unknown runtime" : facts.runtime;
  if (!facts.version.empty()) {
    text += " " + facts.version;
  }
  if (facts.pid >= 0) {
    text += fmt::format(", process {}", facts.pid);
    text += facts.pid_in_namespace < 0
                ? ""
                : fmt::format(" ({} in its container)", facts.pid_in_namespace);
  }
  return facts.host.empty() ? text : text + " on " + facts.host;
}

void add_process(Facts& result, const dump::ProcessFacts& facts) {
  if (!facts.command.empty()) {
    result.facts.push_back({"command", {facts.command}, true});
  }
  if (facts.taken_at >= 0) {
    add(result, "taken",
        {time_text(facts.taken_at) +
         (facts.pause_us >= 0 ? ", stopped for " + duration_text(facts.pause_us) : std::string())});
  }
}

void add_memory(Facts& result, const AnalyzedHeap& view, const Overview& overview) {
  const dump::ProcessFacts& facts = view.heap.facts();
  add(result, "heap",
      {Bytes{overview.histogram.size},
       fmt::format(" in {}, {}", counted(overview.histogram.objects, "object"),
                   counted(view.heap.reference_count(), "reference"))});
  if (facts.rss >= 0) {
    add(result, "resident", rss_phrase(facts));
  }
  if (overview.allocator.arenas > 0) {
    add(result, "allocator", allocator_phrase(overview.allocator));
  }
  const analysis::Garbage& garbage = overview.garbage;
  if (!knows_garbage(view.heap)) {
    add(result, "garbage", {"unknown: the dump has lost roots or references"});
  } else if (garbage.objects == 0) {
    add(result, "garbage", {"none: everything is reachable"});
  } else {
    add(result, "garbage",
        {Bytes{garbage.size},
         fmt::format(" in {}, {}", counted(garbage.objects, "unreachable object"),
                     counted(garbage.cycles.size(), "cycle"))});
  }
}

/// How far the dump can be trusted.
void add_completeness(Facts& result, const dump::Heap& heap, const ReferenceCounts& of) {
  const dump::ProcessFacts& facts = heap.facts();
  std::string counts =
      fmt::format("{} explained by the dump", share_text(of.explained, of.checked));
  if (of.held_outside > 0) {
    counts += fmt::format("; {} held by native code", counted(of.held_outside, "object"));
  }
  add(result, "refcounts", {counts});
  if (of.conservative > 0) {
    add(result, "conservative",
        {counted(of.conservative, "object") + " of unknown layout: references found by scanning"});
  }
  if (facts.bad_references > 0) {
    add(result, "unresolved",
        {counted(static_cast<std::uint64_t>(facts.bad_references), "reference") +
         " to something that is not an object"});
  }
  for (const std::string& loss : losses_of(heap)) {
    add(result, "salvaged", {loss});
  }
  if (!facts.complete) {
    add(result, "incomplete", {"parts of the heap are missing: figures are lower bounds"});
  }
}

}  // namespace

Facts overview_facts(const AnalyzedHeap& view, const Overview& overview) {
  const dump::ProcessFacts& facts = view.heap.facts();
  Facts result;
  result.title = process_text(facts);
  result.longest_name = std::string_view("incomplete").size();
  add_process(result, facts);
  add_memory(result, view, overview);
  add(result, "collector", {gc_text(facts)});
  add_completeness(result, view.heap, overview.counts);
  return result;
}

}  // namespace heapscan::cli
