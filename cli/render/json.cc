#include "cli/render/json.h"

#include <algorithm>
#include <numeric>
#include <ostream>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/console/version.h"
#include "dump/error.h"
#include "dump/utf8.h"

namespace heapscan::cli {
namespace {

/// The value at a place such as "garbage.groups", in objects that are created where they are
/// missing.
Json& place_of(Json& object, std::string_view key) {
  Json* place = &object;
  for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
    place = &(*place)[std::string(key.substr(0, dot))];
    key.remove_prefix(dot + 1);
  }
  return (*place)[std::string(key)];
}

void set(Json& object, std::string_view key, Json value) {
  place_of(object, key) = std::move(value);
}

struct FlatCell {
  Json operator()(std::monostate /*nothing*/) const { return nullptr; }

  Json operator()(const std::string& text) const { return json_text(text); }

  Json operator()(std::uint64_t number) const { return number; }

  Json operator()(std::int64_t number) const { return number; }

  Json operator()(bool flag) const { return flag; }

  Json operator()(const Listing::Share& share) const { return share.part; }

  Json operator()(const Listing::Nested& /*list*/) const {
    throw Error(ErrorKind::kInternal, "a nested listing has nested columns");
  }
};

/// The keys of objects inside a row, the outer ones first: "gathers_at", "gathers_at.path".
std::vector<std::string> inner_objects(const Listing& listing) {
  std::set<std::string> keys;
  for (const Listing::Column& column : listing.columns) {
    for (std::size_t dot = column.key.find('.'); dot != std::string::npos;
         dot = column.key.find('.', dot + 1)) {
      keys.insert(column.key.substr(0, dot));
    }
  }
  return {keys.begin(), keys.end()};
}

/// Whether the columns at or below `key` are all empty.
bool is_absent(const Listing& listing, const Listing::Cells& cells, const std::string& key) {
  for (std::size_t at = 0; at < cells.size(); ++at) {
    if (listing.columns[at].key.starts_with(key + ".") &&
        !std::holds_alternative<std::monostate>(cells[at])) {
      return false;
    }
  }
  return true;
}

template <class CellJson>
Json row_of(const Listing& listing,
            const std::vector<std::string>& inner,
            const Listing::Cells& cells,
            const CellJson& cell_json) {
  std::vector<std::string> absent;
  const auto is_in_absent = [&absent](const std::string& key) {
    return std::any_of(absent.begin(), absent.end(),
                       [&key](const std::string& object) { return key.starts_with(object + "."); });
  };
  Json object = Json::object();
  for (const std::string& key : inner) {
    if (!is_in_absent(key) && is_absent(listing, cells, key)) {
      set(object, key, nullptr);
      absent.push_back(key);
    }
  }
  for (std::size_t at = 0; at < cells.size(); ++at) {
    const std::string& key = listing.columns[at].key;
    if (!key.empty() && !is_in_absent(key)) {
      set(object, key, cell_json(cells[at]));
    }
  }
  return object;
}

template <class CellJson>
Json rows_of(const Listing& listing, const CellJson& cell_json) {
  Json rows = Json::array();
  const bool bare = listing.columns.size() == 1 && listing.columns[0].key == Listing::kBareValue;
  const std::vector<std::string> inner = bare ? std::vector<std::string>() : inner_objects(listing);
  for (const Listing::Row& row : listing.rows) {
    rows.push_back(bare ? cell_json(row.cells[0]) : row_of(listing, inner, row.cells, cell_json));
  }
  return rows;
}

Json flat_cell(const Listing::Cell& cell) {
  return std::visit(FlatCell(), cell);
}

Json json_cell(const Listing::Cell& cell) {
  const auto* list = std::get_if<Listing::Nested>(&cell);
  return list == nullptr ? flat_cell(cell) : rows_of(**list, flat_cell);
}

}  // namespace

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

void add_page(Json& document, const Page& page) {
  for (const Field& field : page.fields) {
    set(document, field.key, json_cell(field.value));
  }
  for (const Block& block : page.blocks) {
    const auto* listing = std::get_if<Listing>(&block);
    if (listing != nullptr && !listing->key.empty()) {
      set(document, listing->key, json_rows(*listing));
    }
  }
}

Json json_rows(const Listing& listing) {
  return rows_of(listing, json_cell);
}

void print_json(std::ostream& out, const Json& document) {
  out << document.dump(2, ' ', true) << '\n';
}

}  // namespace heapscan::cli
