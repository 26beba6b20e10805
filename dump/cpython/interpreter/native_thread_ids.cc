#include "dump/cpython/interpreter/native_thread_ids.h"

#include <algorithm>
#include <optional>
#include <set>

namespace heapscan::dump::cpython {
namespace {

/// The structure is not larger: 2,304 bytes in glibc 2.36, 200 in musl.
constexpr std::uint64_t kLargestStructure = 4096;

/// The ids of the threads, in their order, if they are at this place of the structure: ids are
/// unique, and only states of the same thread in several interpreters share one.
std::optional<std::vector<std::int32_t>> numbers_at(const ObjectReader& reader,
                                                    std::uint64_t place,
                                                    const std::vector<FoundThread>& threads) {
  std::vector<std::int32_t> numbers;
  std::set<Address> identifiers;
  for (const FoundThread& thread : threads) {
    const auto number = reader.read_or<std::int32_t>(thread.identifier + place, 0);
    if (number <= 0) {
      return std::nullopt;
    }
    numbers.push_back(number);
    identifiers.insert(thread.identifier);
  }
  const std::set<std::int32_t> different(numbers.begin(), numbers.end());
  return different.size() == identifiers.size() ? std::optional(numbers) : std::nullopt;
}

/// Whether all threads are known; they have their ids then.
bool take_known(std::span<const NativeThread> known, std::vector<FoundThread>& threads) {
  return std::ranges::all_of(threads, [known](FoundThread& thread) {
    const auto found = std::ranges::find(known, thread.identifier, &NativeThread::pointer);
    if (found == known.end()) {
      return false;
    }
    thread.native_id = static_cast<std::uint64_t>(found->id);
    return true;
  });
}

}  // namespace

void find_native_thread_ids(const ObjectReader& reader,
                            Address main_thread,
                            std::int64_t pid,
                            std::span<const NativeThread> known,
                            std::vector<FoundThread>& threads) {
  if (reader.layout().thread.native_thread_id != 0 || !main_thread || take_known(known, threads)) {
    return;
  }
  for (std::uint64_t place = 0; place < kLargestStructure; place += sizeof(std::int32_t)) {
    if (reader.read_or<std::int32_t>(main_thread + place, 0) != pid) {
      continue;
    }
    if (const auto numbers = numbers_at(reader, place, threads)) {
      for (std::size_t row = 0; row < threads.size(); ++row) {
        threads[row].native_id = static_cast<std::uint64_t>((*numbers)[row]);
      }
      return;
    }
  }
}

}  // namespace heapscan::dump::cpython
