#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace heapscan::bench {

/// CPU seconds used by this process so far. On a shared machine they vary much less than wall time.
[[nodiscard]] double processor_seconds();

/// The CPU seconds that `work()` takes.
template <class Work>
[[nodiscard]] double seconds_of(Work&& work) {
  const double began = processor_seconds();
  work();
  return processor_seconds() - began;
}

/// One of several that do the same work: `run` does it once, and returns the seconds of each part
/// that is measured.
struct Contestant {
  std::string name;
  std::function<std::vector<double>()> run;
};

/// Runs the contestants in turn, so that disturbances of the machine affect all of them, and prints
/// a line for each part and rival: the medians, and the median of the ratios within each round.
class Contest {
 public:
  explicit Contest(std::size_t rounds) : rounds_(rounds) {}

  void print_head() const;

  /// The first contestant is compared with each of the others, its rivals. `goals`: for each rival,
  /// the largest acceptable ratio, or none if any will do.
  void hold(const std::vector<std::string>& parts,
            const std::vector<Contestant>& contestants,
            const std::vector<std::optional<double>>& goals);

  /// Whether every goal has been met so far.
  [[nodiscard]] bool all_met() const { return all_met_; }

 private:
  std::size_t rounds_;
  bool all_met_ = true;
};

}  // namespace heapscan::bench
