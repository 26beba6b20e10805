#pragma once

#include <cstdint>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// A thread as the operating system sees it.
struct NativeThread {
  Address pointer;  ///< Its thread pointer (%fs), which is its pthread_t.
  std::int64_t id = 0;
};

}  // namespace heapscan::dump::cpython
