#include "cli/input/selection.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "analysis/text/describe.h"
#include "cli/console/near_names.h"
#include "cli/console/printable.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using dump::ObjectId;

std::string described(const dump::Heap& heap, std::size_t row) {
  const ObjectId id(static_cast<std::uint32_t>(row));
  return printable(heap.type_name(id)) + " " + analysis::address_text(heap.address(id));
}

/// ": it is inside dict 0x1000", or the objects before and after the address.
std::string neighbours(const dump::Heap& heap, std::uint64_t address) {
  const auto addresses = heap.columns().address.span();
  const auto after = static_cast<std::size_t>(
      std::upper_bound(addresses.begin(), addresses.end(), address) - addresses.begin());
  if (after > 0) {
    const ObjectId before(static_cast<std::uint32_t>(after - 1));
    if (address - heap.address(before) < heap.size(before)) {
      return ": it is inside " + described(heap, after - 1);
    }
  }
  std::string text;
  if (after > 0) {
    text += ": the previous one is " + described(heap, after - 1);
  }
  if (after < addresses.size()) {
    text += (text.empty() ? ": " : ", ") + ("the next one is " + described(heap, after));
  }
  return text;
}

}  // namespace

std::optional<std::uint64_t> parse_address(const std::string& text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const char* begin = text.data() + (hexadecimal ? 2 : 0);
  const char* end = text.data() + text.size();
  std::uint64_t address = 0;
  const auto [stop, problem] = std::from_chars(begin, end, address, hexadecimal ? 16 : 10);
  if (problem != std::errc() || stop != end || begin == end) {
    return std::nullopt;
  }
  return address;
}

dump::ObjectId require_object(const dump::Heap& heap, std::uint64_t address) {
  const std::optional<ObjectId> found = heap.find(address);
  if (!found) {
    throw Error(ErrorKind::kUsage, "--object: no object starts at " +
                                       analysis::address_text(address) + neighbours(heap, address));
  }
  return *found;
}

std::vector<ObjectId> require_instances(const dump::Heap& heap, const std::string& type) {
  const auto types = static_cast<std::uint32_t>(heap.columns().types.size());
  std::vector<bool> wanted(types);
  std::vector<std::string> names;
  bool known = false;
  for (std::uint32_t row = 0; row < types; ++row) {
    const std::string_view name = heap.type_name(dump::TypeId(row));
    wanted[row] = name == type;
    known = known || wanted[row];
    names.push_back(printable(name));
  }
  if (!known) {
    throw Error(ErrorKind::kUsage, "--type: no type is named '" + type + "'" +
                                       did_you_mean(near_names(type, names, 3)));
  }
  std::vector<ObjectId> instances;
  for (const ObjectId id : heap.objects()) {
    if (wanted[heap.type(id).value()]) {
      instances.push_back(id);
    }
  }
  return instances;
}

}  // namespace heapscan::cli
