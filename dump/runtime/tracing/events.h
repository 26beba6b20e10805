#pragma once

#include <cstdint>
#include <functional>

#include "dump/runtime/objects/ref.h"

namespace heapscan::dump::runtime {

enum class EventKind : std::uint8_t {
  kAllocated,         ///< An object was created. It has no contents yet.
  kFreed,             ///< An object is about to be freed. It has no contents any more.
  kCollectionBegins,  ///< `generation` is set.
  kCollectionEnds,    ///< `generation`, `collected` and `uncollectable` are set.
};

struct Event {
  EventKind kind = EventKind::kAllocated;
  View object;
  std::uint64_t size = 0;  ///< Its shallow size at this moment.
  unsigned generation = 0;
  std::uint64_t collected = 0;
  std::uint64_t uncollectable = 0;
};

/// Called for every event as it happens. It must neither throw nor use the heap.
using Listener = std::function<void(const Event&)>;

}  // namespace heapscan::dump::runtime
