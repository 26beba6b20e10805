#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace heapscan::analysis {

/// A step of a signature: from a node, by a label, to an object of a type.
struct SignatureStep {
  std::uint32_t parent = 0;
  std::uint32_t label = 0;
  std::uint32_t type = 0;

  friend bool operator==(const SignatureStep&, const SignatureStep&) = default;
};

/// Nodes by the steps that lead to them: a hash table of rows of 16 bytes in one array, between one
/// and two thirds full. Signatures of a large heap are millions, and in a table of a block of
/// memory for each, looking up and freeing take most of the time.
class StepTable {
 public:
  StepTable() : rows_(kFewest) {}

  /// Cost: a look at the row where the step belongs, and at those behind it that are taken.
  [[nodiscard]] std::optional<std::uint32_t> find(const SignatureStep& step) const {
    const Row& row = rows_[place_of(step)];
    return row.node == kFree ? std::nullopt : std::optional(row.node);
  }

  /// Requires: the step is not in the table, the node is not the largest number there is.
  void add(const SignatureStep& step, std::uint32_t node) {
    if (++count_ * 3 > rows_.size() * 2) {
      grow();
    }
    rows_[place_of(step)] = {step, node};
  }

 private:
  static constexpr std::size_t kFewest = 64;  // A power of two, as all sizes.
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;

  struct Row {
    SignatureStep step;
    std::uint32_t node = kFree;
  };

  static std::size_t hash(const SignatureStep& step) {
    // The multipliers are odd and without a pattern: those of splitmix64.
    std::uint64_t hash = (std::uint64_t{step.parent} << 32U | step.label) * 0xBF58476D1CE4E5B9U;
    hash ^= hash >> 31U;
    hash = (hash + step.type) * 0x94D049BB133111EBU;
    return hash ^ (hash >> 29U);
  }

  /// The step's row, or the free one where it would go.
  [[nodiscard]] std::size_t place_of(const SignatureStep& step) const {
    std::size_t place = hash(step) & (rows_.size() - 1);
    while (rows_[place].node != kFree && rows_[place].step != step) {
      place = (place + 1) & (rows_.size() - 1);
    }
    return place;
  }

  void grow() {
    std::vector<Row> smaller(rows_.size() * 2);
    smaller.swap(rows_);
    for (const Row& row : smaller) {
      if (row.node != kFree) {
        rows_[place_of(row.step)] = row;
      }
    }
  }

  std::vector<Row> rows_;
  std::size_t count_ = 0;
};

}  // namespace heapscan::analysis
