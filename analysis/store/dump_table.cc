#include "analysis/store/dump_table.h"

#include <algorithm>

namespace heapscan::analysis::store {
namespace {

constexpr int kDumpColumn = 0;
/// A bit in the number of a plan, besides the number of the access: the first argument is the id of
/// the dump.
constexpr int kOneDump = 0x100;

bool contains(const std::vector<int>& columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// Whether rows sorted by `sequence` are in the requested order.
bool is_ordered(const std::vector<OrderTerm>& order, const std::vector<int>& sequence) {
  if (order.size() > sequence.size()) {
    return false;
  }
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (order[place].column != sequence[place] || order[place].descending) {
      return false;
    }
  }
  return true;
}

/// The order without the columns that have the same value in all rows.
std::vector<OrderTerm> varying(std::vector<OrderTerm> order, const std::vector<int>& constant) {
  order.erase(
      std::remove_if(order.begin(), order.end(),
                     [&](const OrderTerm& term) { return contains(constant, term.column); }),
      order.end());
  return order;
}

}  // namespace

std::optional<Plan> DumpTable::plan(const std::vector<int>& compared,
                                    const std::vector<OrderTerm>& order) const {
  const bool one_dump = contains(compared, kDumpColumn);
  const bool dump_varies = !one_dump && dumps_.size() > 1;
  std::optional<Plan> best;
  for (const Access& access : accesses()) {
    if (access.column != Access::kEveryRow && !contains(compared, access.column)) {
      continue;
    }
    std::vector<int> sequence(dump_varies ? 1 : 0, kDumpColumn);
    sequence.insert(sequence.end(), access.sequence.begin(), access.sequence.end());
    const std::vector<int> constant = {access.column,
                                       dump_varies ? Access::kEveryRow : kDumpColumn};
    Plan plan;
    plan.number = access.number;
    plan.ordered = is_ordered(varying(order, constant), sequence);
    plan.rows = access.rows * (one_dump ? 1.0 : static_cast<double>(dumps_.size()));
    if (one_dump) {
      plan.number |= kOneDump;
      plan.arguments.push_back(kDumpColumn);
    }
    if (access.column != Access::kEveryRow) {
      plan.arguments.push_back(access.column);
    }
    if (!best || plan.rows < best->rows ||
        (plan.rows == best->rows && plan.ordered && !best->ordered)) {
      best = std::move(plan);
    }
  }
  return best;
}

void DumpCursor::start(int plan, const Arguments& arguments) {
  access_ = plan & ~kOneDump;
  next_dump_ = 0;
  last_dump_ = dumps_.size();
  count_ = 0;
  std::size_t place = 0;
  if ((plan & kOneDump) != 0) {
    const auto id = arguments.integer(place++);
    const auto found = find_dump(dumps_, id);
    next_dump_ = static_cast<std::size_t>(found - dumps_.begin());
    last_dump_ = std::min(next_dump_ + 1, dumps_.size());
  }
  if (place < arguments.size()) {
    const auto value = arguments.integer(place);
    if (!value) {
      last_dump_ = next_dump_;
    }
    value_ = value.value_or(0);
  }
  next_dump();
}

void DumpCursor::next_dump() {
  position_ = 0;
  count_ = 0;
  while (count_ == 0 && next_dump_ < last_dump_) {
    dump_ = next_dump_++;
    count_ = find_rows(dumps_[dump_], access_, value_);
  }
}

}  // namespace heapscan::analysis::store
