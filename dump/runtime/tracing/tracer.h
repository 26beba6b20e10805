#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "dump/runtime/objects/object_header.h"

namespace heapscan::dump::runtime {

/// Where an object was created.
struct TraceSite {
  std::string function;
  std::string file;
  std::uint32_t line = 0;

  friend bool operator==(const TraceSite&, const TraceSite&) = default;

  friend bool operator<(const TraceSite& a, const TraceSite& b) {
    return std::tie(a.file, a.line, a.function) < std::tie(b.file, b.line, b.function);
  }
};

/// The traced objects of one type that were created at one site.
struct TraceRow {
  TraceSite site;
  std::string type;
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

/// All traced objects at one moment, by site and type, sorted by descending bytes.
struct TraceSnapshot {
  std::vector<TraceRow> rows;
  std::uint64_t bytes = 0;
  std::uint64_t objects = 0;
};

/// What snapshots are compared by.
enum class TraceKey { kSite, kLine, kType };

struct TraceDifference {
  std::string key;  ///< "file:line in function", "file:line", or the type.
  std::int64_t objects = 0;
  std::int64_t bytes = 0;
};

/// New minus old for each key with a difference, largest change first.
[[nodiscard]] std::vector<TraceDifference> compare(const TraceSnapshot& before,
                                                   const TraceSnapshot& after,
                                                   TraceKey key);

/// Records where each object was created while tracing is on, and its size as it grows and shrinks.
/// Objects created earlier are not traced. Cost: about 64 bytes per object.
class Tracer {
 public:
  [[nodiscard]] bool is_on() const { return on_; }

  void start() { on_ = true; }

  /// Forgets everything.
  void stop();

  [[nodiscard]] std::uint64_t current_bytes() const { return current_; }

  [[nodiscard]] std::uint64_t peak_bytes() const { return peak_; }

  void reset_peak() { peak_ = current_; }

  [[nodiscard]] TraceSnapshot snapshot() const;

  /// The row of sites(); none if the object is not traced.
  [[nodiscard]] std::optional<std::uint32_t> site_of(const Object* object) const;

  [[nodiscard]] const std::vector<TraceSite>& sites() const { return sites_; }

  // For the runtime.
  void add(const Object* object, std::uint64_t bytes, const TraceSite& site);
  void resize(const Object* object, std::int64_t change);
  void remove(const Object* object);

 private:
  struct Trace {
    std::uint32_t site = 0;
    std::uint64_t bytes = 0;
  };

  void count(std::int64_t change);

  bool on_ = false;
  std::uint64_t current_ = 0;
  std::uint64_t peak_ = 0;
  std::unordered_map<const Object*, Trace> traces_;
  std::vector<TraceSite> sites_;
  std::map<TraceSite, std::uint32_t> row_of_site_;
};

}  // namespace heapscan::dump::runtime
