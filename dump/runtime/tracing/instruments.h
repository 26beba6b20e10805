#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dump/runtime/objects/object_header.h"
#include "dump/runtime/tracing/events.h"
#include "dump/runtime/tracing/source_place.h"
#include "dump/runtime/tracing/tracer.h"

namespace heapscan::dump::runtime {

/// A call that the program declared as running: see FrameScope.
struct RunningFrame {
  std::string function;
  SourcePlace place;
  std::vector<std::pair<std::string, Object*>> locals;  ///< Counted references.
};

/// What observes the objects of a heap as they are created and freed.
struct Instruments {
  /// The site of an allocation at `place`, within the innermost frame.
  [[nodiscard]] TraceSite site_of(SourcePlace place) const {
    return {frames.empty() ? std::string(place.function) : frames.back().function, place.file,
            place.line};
  }

  Tracer tracer;
  Listener listener;                 ///< Empty when nobody listens.
  std::vector<RunningFrame> frames;  ///< The innermost one last.
};

}  // namespace heapscan::dump::runtime
