#include "tests/bench/contest.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace heapscan::bench {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string judgement(double ratio, std::optional<double> goal) {
  return !goal ? "" : fmt::format("{:8.2f}  {}", *goal, ratio <= *goal ? "met" : "MISSED");
}

}  // namespace

double processor_seconds() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void Contest::print_head() const {
  fmt::print("{:34}{:18}{:>13}{:>13}{:>8}{:>8}   medians of {}\n", "", "rival", "runtime", "rival",
             "ratio", "goal", rounds_);
}

void Contest::hold(const std::vector<std::string>& parts,
                   const std::vector<Contestant>& contestants,
                   const std::vector<std::optional<double>>& goals) {
  // seconds[contestant][part][round]
  std::vector<std::vector<std::vector<double>>> seconds(
      contestants.size(), std::vector<std::vector<double>>(parts.size()));
  for (std::size_t round = 0; round < rounds_; ++round) {
    for (std::size_t turn = 0; turn < contestants.size(); ++turn) {
      const std::size_t who = (turn + round) % contestants.size();
      const std::vector<double> taken = contestants[who].run();
      for (std::size_t part = 0; part < parts.size(); ++part) {
        seconds[who][part].push_back(taken.at(part));
      }
    }
  }
  for (std::size_t part = 0; part < parts.size(); ++part) {
    for (std::size_t rival = 1; rival < contestants.size(); ++rival) {
      std::vector<double> ratios;
      for (std::size_t round = 0; round < rounds_; ++round) {
        ratios.push_back(seconds[0][part][round] / seconds[rival][part][round]);
      }
      const double ratio = median(ratios);
      all_met_ = all_met_ && (!goals[rival - 1] || ratio <= *goals[rival - 1]);
      fmt::print("{:34}{:18}{:10.2f} ms{:10.2f} ms{:8.2f}{}\n", rival == 1 ? parts[part] : "",
                 contestants[rival].name, median(seconds[0][part]) * 1e3,
                 median(seconds[rival][part]) * 1e3, ratio, judgement(ratio, goals[rival - 1]));
      std::fflush(stdout);
    }
  }
}

}  // namespace heapscan::bench
