#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace heapscan::bench {

/// Processor seconds that this process used so far. A machine that others use as well makes the
/// clock on the wall jump; this one much less.
[[nodiscard]] double processor_seconds();

/// What `work()` takes, in processor seconds.
template <class Work>
[[nodiscard]] double seconds_of(Work&& work) {
  const double began = processor_seconds();
  work();
  return processor_seconds() - began;
}

/// Somebody who does the same work as others: `run` does it once, and returns the seconds of each
/// part that is measured.
struct Contestant {
  std::string name;
  std::function<std::vector<double>()> run;
};

/// Runs the contestants in turns, so that what disturbs the machine disturbs them all, and prints a
/// line for each part and rival: the medians, and the median of the ratios within each round.
class Contest {
 public:
  explicit Contest(std::size_t rounds) : rounds_(rounds) {}

  void print_head() const;

  /// The first contestant is measured against each of the others, its rivals. `goals`: by rival,
  /// the largest ratio that will do; none where nothing is at stake.
  void hold(const std::vector<std::string>& parts,
            const std::vector<Contestant>& contestants,
            const std::vector<std::optional<double>>& goals);

  /// Whether every goal so far was met.
  [[nodiscard]] bool all_met() const { return all_met_; }

 private:
  std::size_t rounds_;
  bool all_met_ = true;
};

}  // namespace heapscan::bench
