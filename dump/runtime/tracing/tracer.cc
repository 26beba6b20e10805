#include "dump/runtime/tracing/tracer.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace heapscan::dump::runtime {
namespace {

std::string key_text(const TraceRow& row, TraceKey key) {
  switch (key) {
    case TraceKey::kSite:
      return fmt::format("{}:{} in {}", row.site.file, row.site.line, row.site.function);
    case TraceKey::kLine:
      return fmt::format("{}:{}", row.site.file, row.site.line);
    case TraceKey::kType:
      return row.type;
  }
  return {};
}

}  // namespace

std::vector<TraceDifference> compare(const TraceSnapshot& before,
                                     const TraceSnapshot& after,
                                     TraceKey key) {
  std::map<std::string, TraceDifference> by_key;
  for (const TraceRow& row : after.rows) {
    TraceDifference& difference = by_key[key_text(row, key)];
    difference.objects += static_cast<std::int64_t>(row.objects);
    difference.bytes += static_cast<std::int64_t>(row.bytes);
  }
  for (const TraceRow& row : before.rows) {
    TraceDifference& difference = by_key[key_text(row, key)];
    difference.objects -= static_cast<std::int64_t>(row.objects);
    difference.bytes -= static_cast<std::int64_t>(row.bytes);
  }
  std::vector<TraceDifference> result;
  for (auto& [text, difference] : by_key) {
    if (difference.objects != 0 || difference.bytes != 0) {
      difference.key = text;
      result.push_back(std::move(difference));
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
    return std::abs(a.bytes) > std::abs(b.bytes);
  });
  return result;
}

void Tracer::stop() {
  *this = Tracer();
}

TraceSnapshot Tracer::snapshot() const {
  std::map<std::pair<std::uint32_t, std::string>, TraceRow> rows;
  for (const auto& [object, trace] : traces_) {
    TraceRow& row = rows[{trace.site, object->type->name}];
    ++row.objects;
    row.bytes += trace.bytes;
  }
  TraceSnapshot result;
  for (auto& [key, row] : rows) {
    row.site = sites_[key.first];
    row.type = key.second;
    result.bytes += row.bytes;
    result.objects += row.objects;
    result.rows.push_back(std::move(row));
  }
  std::stable_sort(result.rows.begin(), result.rows.end(),
                   [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  return result;
}

std::optional<std::uint32_t> Tracer::site_of(const Object* object) const {
  const auto found = traces_.find(object);
  return found == traces_.end() ? std::nullopt : std::optional(found->second.site);
}

void Tracer::add(const Object* object, std::uint64_t bytes, const TraceSite& site) {
  auto found = row_of_site_.find(site);
  if (found == row_of_site_.end()) {
    sites_.push_back(site);
    found = row_of_site_.emplace(site, static_cast<std::uint32_t>(sites_.size() - 1)).first;
  }
  traces_[object] = {found->second, bytes};
  count(static_cast<std::int64_t>(bytes));
}

void Tracer::resize(const Object* object, std::int64_t change) {
  const auto found = traces_.find(object);
  if (found != traces_.end()) {
    found->second.bytes += static_cast<std::uint64_t>(change);
    count(change);
  }
}

void Tracer::remove(const Object* object) {
  const auto found = traces_.find(object);
  if (found != traces_.end()) {
    count(-static_cast<std::int64_t>(found->second.bytes));
    traces_.erase(found);
  }
}

void Tracer::count(std::int64_t change) {
  current_ += static_cast<std::uint64_t>(change);
  peak_ = std::max(peak_, current_);
}

}  // namespace heapscan::dump::runtime
