#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// Which object counts the keys of a table (PyDictKeysObject) that dicts of instances share: the
/// class that holds the table, or, once the class has released it (as it did before CPython 3.11
/// when an instance outgrew it), the first dict to ask.
class TableOwners {
 public:
  /// The owner of the table at `keys`; `asking` becomes the owner if there is none yet.
  /// Cost: usually a look-up in a small cache.
  Address owner(Address keys, Address asking) {
    CacheLine& line = cache_[(keys.value() >> 4U) % cache_.size()];
    if (line.keys != keys) {
      line = {keys, owners_.try_emplace(keys, asking).first->second};
    }
    return line.owner;
  }

 private:
  struct CacheLine {
    Address keys;
    Address owner;
  };

  std::unordered_map<Address, Address> owners_;
  std::array<CacheLine, 256> cache_;
};

}  // namespace heapscan::dump::cpython
