#include "cli/render/json.h"

#include <numeric>
#include <optional>
#include <string>

#include "analysis/text/describe.h"
#include "cli/console/size_text.h"
#include "cli/console/version.h"
#include "dump/utf8.h"

namespace heapscan::cli {

Json json_document(std::string_view command) {
  return {{"schema_version", kJsonSchemaVersion}, {"heapscan", version()}, {"command", command}};
}

Json json_text(std::string_view text) {
  return dump::valid_utf8(text);
}

Json json_known(std::int64_t number) {
  return number < 0 ? Json(nullptr) : Json(number);
}

Json json_known(const std::string& text) {
  return text.empty() ? Json(nullptr) : json_text(text);
}

Json json_address(std::uint64_t address) {
  return address_text(address);
}

Json json_facts(const dump::ProcessFacts& facts, std::string_view path) {
  Json gc = {{"enabled", facts.gc_enabled < 0 ? Json(nullptr) : Json(facts.gc_enabled == 1)},
             {"threshold", Json::array()},
             {"count", Json::array()},
             {"collections", Json::array()},
             {"collected", Json::array()},
             {"uncollectable", Json::array()}};
  for (std::size_t generation = 0; generation < facts.gc_threshold.size(); ++generation) {
    gc["threshold"].push_back(json_known(facts.gc_threshold.at(generation)));
    gc["count"].push_back(json_known(facts.gc_count.at(generation)));
    gc["collections"].push_back(json_known(facts.gc_collections.at(generation)));
    gc["collected"].push_back(json_known(facts.gc_collected.at(generation)));
    gc["uncollectable"].push_back(json_known(facts.gc_uncollectable.at(generation)));
  }
  return {{"path", json_text(path)},
          {"runtime", json_known(facts.runtime)},
          {"version", json_known(facts.version)},
          {"collector", json_known(facts.collector)},
          {"written_by", json_known(facts.heapscan)},
          {"host", json_known(facts.host)},
          {"command", json_known(facts.command)},
          {"pid", json_known(facts.pid)},
          {"pid_in_namespace", json_known(facts.pid_in_namespace)},
          {"process_start", json_known(facts.process_start)},
          {"taken_at", json_known(facts.taken_at)},
          {"pause_us", json_known(facts.pause_us)},
          {"rss", json_known(facts.rss)},
          {"rss_anonymous", json_known(facts.rss_anonymous)},
          {"rss_file", json_known(facts.rss_file)},
          {"rss_shared", json_known(facts.rss_shared)},
          {"gc", gc},
          {"bad_references", facts.bad_references},
          {"complete", facts.complete}};
}

Json json_dump(const dump::Heap& heap, std::string_view path) {
  const auto sizes = heap.columns().size.span();
  Json document = json_facts(heap.facts(), path);
  document["objects"] = heap.object_count();
  document["references"] = heap.reference_count();
  document["size"] = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  for (const dump::Diagnostic& diagnostic : heap.diagnostics().rows()) {
    document["diagnostics"].push_back(
        {{"severity", dump::to_string(dump::severity_of(diagnostic.code))},
         {"code", dump::to_string(diagnostic.code)},
         {"count", diagnostic.count},
         {"offset", diagnostic.offset ? Json(*diagnostic.offset) : Json(nullptr)},
         {"text", diagnostic.text}});
  }
  return document;
}

Json json_object(const AnalyzedHeap& view, dump::ObjectId id) {
  const dump::Heap& heap = view.heap;
  const auto value = heap.value(id);
  return {
      {"address", json_address(heap.address(id))},
      {"type", json_text(heap.type_name(id))},
      {"size", heap.size(id)},
      {"retained", view.dominators.retained[id.value()]},
      {"refcount", heap.refcount(id) == dump::kImmortal ? Json(nullptr) : Json(heap.refcount(id))},
      {"value", value ? json_text(*value) : Json(nullptr)}};
}

Json json_path(const AnalyzedHeap& view, dump::ObjectId id) {
  const std::optional<analysis::Path> path = view.paths.path(id);
  if (!path) {
    return nullptr;
  }
  Json steps = Json::array();
  for (const dump::Referrer step : path->steps) {
    const dump::ObjectId target = view.heap.reference(step).target;
    steps.push_back({{"reference", json_text(analysis::reference_text(view.heap, step))},
                     {"address", json_address(view.heap.address(target))},
                     {"type", json_text(view.heap.type_name(target))}});
  }
  return {{"root", json_text(analysis::root_text(view.heap, path->root))},
          {"root_kind", dump::to_string(path->root.kind)},
          {"steps", steps},
          {"signature", json_text(analysis::path_signature(view.heap, *path))}};
}

void print_json(std::ostream& out, const Json& document) {
  out << document.dump(2, ' ', true) << '\n';
}

}  // namespace heapscan::cli
