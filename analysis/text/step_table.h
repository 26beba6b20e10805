#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapscan::analysis {

/// Which node a step of a SignatureTree leads to: an open table, in which a look-up is one cache
/// miss where that of std::unordered_map is three. A large heap has millions of steps.
///
/// Cost: 16 bytes for each place, of which at most three quarters are taken.
class StepTable {
 public:
  struct Step {
    std::uint32_t parent = 0;
    std::uint32_t label = 0;
    std::uint32_t type = 0;

    friend bool operator==(const Step&, const Step&) = default;
  };

  static constexpr std::uint32_t kNone = 0;

  /// The node of the step, or kNone.
  [[nodiscard]] std::uint32_t find(const Step& step) const {
    return places_.empty() ? kNone : places_[place_of(step)].node;
  }

  /// The node of the step; where there is none, a place for one, which is to be filled in before
  /// the next call.
  [[nodiscard]] std::uint32_t& operator[](const Step& step);

 private:
  struct Place {
    Step step;
    std::uint32_t node = kNone;  // Of a free place.
  };

  /// The place that the step is at, or the free one where it would be.
  [[nodiscard]] std::size_t place_of(const Step& step) const;
  void grow();

  std::vector<Place> places_;  // As many as a power of two, or none.
  std::size_t taken_ = 0;
};

}  // namespace heapscan::analysis
