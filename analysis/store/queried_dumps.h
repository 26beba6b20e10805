#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/store/heap_answers.h"
#include "dump/heap.h"

namespace heapscan::analysis::store {

/// A dump as queries see it, opened when a query first needs its contents.
class QueriedDump {
 public:
  using Open = std::function<dump::Heap()>;

  /// `stop` must outlive it.
  QueriedDump(std::int64_t id, std::string path, Open open, const StopSignal& stop = kNeverStopped)
      : id_(id), path_(std::move(path)), open_(std::move(open)), stop_(&stop) {}

  [[nodiscard]] std::int64_t id() const { return id_; }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Throws what opening the dump throws.
  [[nodiscard]] HeapAnswers& answers() {
    if (!answers_) {
      answers_ = std::make_unique<HeapAnswers>(open_(), *stop_);
    }
    return *answers_;
  }

  [[nodiscard]] const dump::Heap& heap() { return answers().heap(); }

  /// Rows of its objects and references that queries have read so far.
  [[nodiscard]] std::uint64_t rows_read() const { return rows_read_; }

  void count_row() { ++rows_read_; }

 private:
  std::int64_t id_;
  std::string path_;
  Open open_;
  const StopSignal* stop_;
  std::unique_ptr<HeapAnswers> answers_;
  std::uint64_t rows_read_ = 0;
};

/// By ascending id.
using QueriedDumps = std::vector<QueriedDump>;

/// The dump with this id, or the end.
[[nodiscard]] inline QueriedDumps::iterator find_dump(QueriedDumps& dumps,
                                                      std::optional<std::int64_t> id) {
  return std::find_if(dumps.begin(), dumps.end(),
                      [id](const QueriedDump& dump) { return dump.id() == id; });
}

}  // namespace heapscan::analysis::store
