#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text/glob.h"
#include "analysis/text/limit.h"

namespace heapscan::analysis {

/// What a rule of the gate limits. Kinds up to kSuspects compare the first dump with the last; the
/// others judge only the last dump.
enum class RuleKind : std::uint8_t {
  kGrowth,        ///< Growth of the heap as a whole.
  kTypeGrowth,    ///< Of each type that matches.
  kHolderGrowth,  ///< Of each holder that matches.
  kCycleGrowth,   ///< Of the unreachable cycles of each signature that matches.
  kSuspects,      ///< The size of each suspect that the first dump does not have.
  kRetained,      ///< The retained size of each type that matches.
  kCycles,        ///< How many unreachable cycles there are.
  kCycleSize,     ///< Their total size, including what only they keep alive.
  kUnexplained,   ///< The share of objects with a surplus: counts that the dump does not explain.
};

/// How a kind of rule is written: the source of the command line, its help and its messages.
struct RuleForm {
  RuleKind kind;
  std::string_view option;  ///< "--max-type-growth"
  std::string_view value;   ///< "GLOB=LIMIT"
  std::string_view help;
  bool has_glob = false;
  bool grows = false;        ///< Limits growth: in percent of the first size, and per step.
  bool takes_bytes = false;  ///< Otherwise a share or a count.
  bool takes_share = false;
};

inline constexpr std::array<RuleForm, 9> kRuleForms = {{
    {RuleKind::kGrowth, "--max-growth", "LIMIT", "Growth of the whole heap", false, true, true,
     true},
    {RuleKind::kTypeGrowth, "--max-type-growth", "GLOB=LIMIT",
     "Growth of each type whose name matches GLOB", true, true, true, true},
    {RuleKind::kHolderGrowth, "--max-holder-growth", "GLOB=LIMIT",
     "Growth of each holder whose path matches GLOB", true, true, true, true},
    {RuleKind::kCycleGrowth, "--max-cycle-growth", "GLOB=LIMIT",
     "Growth of unreachable cycles whose signature\nmatches GLOB", true, true, true, true},
    {RuleKind::kSuspects, "--max-new-suspect", "LIMIT",
     "Size of each leak suspect that is not in the first\ndump; 5%: of the heap", false, false,
     true, true},
    {RuleKind::kRetained, "--max-retained", "GLOB=LIMIT",
     "Retained size of each type that matches GLOB in\nthe last dump; 5%: of its heap", true, false,
     true, true},
    {RuleKind::kCycles, "--max-cycles", "N", "Number of unreachable cycles in the last dump", false,
     false, false, false},
    {RuleKind::kCycleSize, "--max-cycle-size", "LIMIT",
     "Total size of the unreachable cycles; 5%: of the\nheap", false, false, true, true},
    {RuleKind::kUnexplained, "--max-unexplained", "SHARE",
     "Share of objects in the last dump with reference\ncounts that it does not explain, such as "
     "1%",
     false, false, false, true},
}};

[[nodiscard]] const RuleForm& form_of(RuleKind kind);

/// A rule as it was given, parsed.
struct Rule {
  RuleKind kind = RuleKind::kGrowth;
  Glob glob;  ///< Empty if the kind has none.
  Limit limit;

  /// Parses the value of the kind's option. Throws an Error(kUsage) that quotes it and says what is
  /// expected.
  [[nodiscard]] static Rule parse(RuleKind kind, std::string_view text);

  /// "--max-type-growth shop.*=1%".
  [[nodiscard]] std::string text() const;
};

/// Throws Error(kUsage) if two rules set different limits in the same unit on the same thing: one
/// of them would have no effect.
void require_consistent(const std::vector<Rule>& rules);

}  // namespace heapscan::analysis
