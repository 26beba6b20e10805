#include "analysis/gate/gate_rules.h"

#include <cstddef>

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::analysis {
namespace {

[[noreturn]] void reject(std::string_view text, std::string_view reason) {
  throw Error(ErrorKind::kUsage, fmt::format("'{}': {}", text, reason));
}

/// A count: nine digits fit into every type used for a count.
Limit parse_count(std::string_view text) {
  constexpr std::size_t kMostDigits = 9;
  if (text.empty() || text.size() > kMostDigits ||
      text.find_first_not_of("0123456789") != std::string_view::npos) {
    throw Error(ErrorKind::kUsage, fmt::format("'{}' is not a number from 0 to 999999999", text));
  }
  return Limit::parse(text);
}

Limit parse_limit(const RuleForm& form, std::string_view text) {
  Limit limit = Limit::parse(text);
  if (limit.per_step && !form.grows) {
    reject(text, "/step does not apply to a single dump");
  }
  if (limit.unit == Limit::Unit::kBytes && !form.takes_bytes) {
    reject(text, "expected a percentage such as 1%");
  }
  return limit;
}

}  // namespace

const RuleForm& form_of(RuleKind kind) {
  return kRuleForms.at(static_cast<std::size_t>(kind));
}

Rule Rule::parse(RuleKind kind, std::string_view text) {
  const RuleForm& form = form_of(kind);
  Rule rule;
  rule.kind = kind;
  std::string_view limit = text;
  if (form.has_glob) {
    // The last one: names may contain '=', limits may not.
    const std::size_t sign = text.rfind('=');
    if (sign == std::string_view::npos || sign == 0) {
      reject(text, "expected GLOB=LIMIT, such as 'app.*=1MiB'");
    }
    rule.glob = Glob(text.substr(0, sign));
    limit = text.substr(sign + 1);
  }
  const bool is_count = !form.takes_bytes && !form.takes_share;
  rule.limit = is_count ? parse_count(limit) : parse_limit(form, limit);
  return rule;
}

std::string Rule::text() const {
  const RuleForm& form = form_of(kind);
  return form.has_glob ? fmt::format("{} {}={}", form.option, glob.pattern(), limit.text)
                       : fmt::format("{} {}", form.option, limit.text);
}

void require_consistent(const std::vector<Rule>& rules) {
  for (std::size_t late = 0; late < rules.size(); ++late) {
    for (std::size_t early = 0; early < late; ++early) {
      const Rule& a = rules[early];
      const Rule& b = rules[late];
      const bool same = a.kind == b.kind && a.glob == b.glob && a.limit.unit == b.limit.unit &&
                        a.limit.per_step == b.limit.per_step;
      if (same && a.limit.value != b.limit.value) {
        throw Error(
            ErrorKind::kUsage,
            fmt::format("{} and {} contradict each other: remove one of them", a.text(), b.text()));
      }
    }
  }
}

}  // namespace heapscan::analysis
