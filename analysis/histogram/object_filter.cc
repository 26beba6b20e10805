#include "analysis/histogram/object_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "analysis/text/limit.h"
#include "dump/error.h"

namespace heapscan::analysis {
namespace {

constexpr std::string_view kSize = "size";

/// Two-character signs first: ">" is a prefix of ">=".
constexpr std::array<std::string_view, 5> kSigns = {">=", "<=", ">", "<", "="};

/// The sign after "size", or nothing if the condition is a glob.
std::string_view sign_of(std::string_view condition) {
  if (!condition.starts_with(kSize)) {
    return {};
  }
  const auto found = std::find_if(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
    return condition.substr(kSize.size()).starts_with(sign);
  });
  return found == kSigns.end() ? std::string_view() : *found;
}

std::uint64_t size_in(std::string_view condition, std::string_view text) {
  constexpr double kTooLarge = 1e18;
  const Limit limit = Limit::parse(text);
  if (limit.unit != Limit::Unit::kBytes || limit.value > kTooLarge ||
      limit.value != std::floor(limit.value)) {
    throw Error(ErrorKind::kUsage, "'" + std::string(condition) +
                                       "' is not a whole number of bytes: expected a size such as "
                                       "size>=1KiB");
  }
  return static_cast<std::uint64_t>(limit.value);
}

bool matches_any(const std::vector<Glob>& globs, std::string_view type) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(),
                                      [&](const Glob& glob) { return glob.matches(type); });
}

}  // namespace

void ObjectFilter::add(std::string_view condition) {
  const std::string_view sign = sign_of(condition);
  if (sign.empty()) {
    types.emplace_back(condition);
    return;
  }
  const std::uint64_t size = size_in(condition, condition.substr(kSize.size() + sign.size()));
  if (sign == "<" && size == 0) {
    throw Error(ErrorKind::kUsage, "'" + std::string(condition) + "': no size is less than 0");
  }
  if (sign.front() == '>' || sign == "=") {
    least_size = std::max(least_size, sign == ">" ? size + 1 : size);
  }
  if (sign.front() == '<' || sign == "=") {
    largest_size = std::min(largest_size, sign == "<" ? size - 1 : size);
  }
}

bool ObjectFilter::lets_all_pass() const {
  return types.empty() && least_size == 0 &&
         largest_size == std::numeric_limits<std::uint64_t>::max();
}

void leave_out(const dump::Heap& heap, const ObjectFilter& filter, Grouping& grouping) {
  if (filter.lets_all_pass()) {
    return;
  }
  std::vector<bool> wanted;
  for (std::uint32_t type = 0; type < heap.columns().types.size(); ++type) {
    wanted.push_back(matches_any(filter.types, heap.type_name(dump::TypeId(type))));
  }
  for (const dump::ObjectId id : heap.objects()) {
    const std::uint64_t size = heap.size(id);
    if (!wanted[heap.type(id).value()] || size < filter.least_size || size > filter.largest_size) {
      grouping.group_of_object[id.value()] = GroupId::none();
    }
  }
}

}  // namespace heapscan::analysis
