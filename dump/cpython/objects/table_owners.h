#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

namespace heapscan::dump::cpython {

/// Who counts the keys of a table (PyDictKeysObject) that dicts of instances share: the class that
/// holds the table, or, once the class has let go of it (before CPython 3.11 a class does when an
/// instance outgrows it), the first dict that was asked about.
class TableOwners {
 public:
  /// The owner of the table at `keys`, which `asking` becomes if there is none yet.
  /// Cost: a look-up in a small cache, mostly.
  std::uint64_t owner(std::uint64_t keys, std::uint64_t asking) {
    CacheLine& line = cache_[(keys >> 4U) % cache_.size()];
    if (line.keys != keys) {
      line = {keys, owners_.try_emplace(keys, asking).first->second};
    }
    return line.owner;
  }

 private:
  struct CacheLine {
    std::uint64_t keys = 0;
    std::uint64_t owner = 0;
  };

  std::unordered_map<std::uint64_t, std::uint64_t> owners_;
  std::array<CacheLine, 256> cache_;
};

}  // namespace heapscan::dump::cpython
