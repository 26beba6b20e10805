#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dump/index.h"

namespace heapscan::dump {

/// What the header of a dump records about the program and the capture. Sizes are in bytes; an
/// unknown number is -1, an unknown string is empty.
struct ProcessFacts {
  std::string runtime;    ///< "CPython".
  std::string version;    ///< "3.11.2".
  std::string collector;  ///< Which collector wrote the dump: "cpython-live".
  std::string heapscan;   ///< The version of heapscan that wrote it.
  std::string host;
  std::string command;  ///< The command line, arguments separated by spaces.
  std::int64_t pid = -1;
  /// The process's pid in its own pid namespace (container), when it was captured from outside of
  /// that namespace.
  std::int64_t pid_in_namespace = -1;
  /// When the process started, in clock ticks since its machine booted. Two dumps are of the same
  /// process when host, pid and this agree.
  std::int64_t process_start = -1;
  std::int64_t taken_at = -1;  ///< Seconds since 1970-01-01 UTC.
  std::int64_t pause_us = -1;  ///< How long the process was stopped, in microseconds.

  std::int64_t rss = -1;
  std::int64_t rss_anonymous = -1;
  std::int64_t rss_file = -1;
  std::int64_t rss_shared = -1;

  std::array<std::int64_t, 3> gc_threshold = {-1, -1, -1};
  std::array<std::int64_t, 3> gc_count = {-1, -1, -1};
  std::int64_t gc_enabled = -1;  ///< 1, 0 or -1.
  /// For each generation: how often it was collected, and how many objects these collections freed
  /// or could not free.
  std::array<std::int64_t, 3> gc_collections = {-1, -1, -1};
  std::array<std::int64_t, 3> gc_collected = {-1, -1, -1};
  std::array<std::int64_t, 3> gc_uncollectable = {-1, -1, -1};

  /// Pointers in known layouts that did not lead to an object.
  std::int64_t bad_references = 0;
  /// False when parts of the heap could not be read or were lost: every figure is a lower bound
  /// then.
  bool complete = true;

  friend bool operator==(const ProcessFacts&, const ProcessFacts&) = default;
};

/// One call on a thread's stack, innermost first.
struct Frame {
  StringId function;
  StringId file;
  std::uint32_t line = 0;  ///< 0 if unknown.

  friend bool operator==(const Frame&, const Frame&) = default;
};

struct Thread {
  std::uint64_t id = 0;  ///< The operating system's thread id.
  StringId name;
  std::uint32_t first_frame = 0;  ///< Frames [first_frame, first_frame + frame_count).
  std::uint32_t frame_count = 0;
  std::uint32_t reserved = 0;

  friend bool operator==(const Thread&, const Thread&) = default;
};

/// Where objects were allocated, for runtimes that trace allocations.
struct AllocationSite {
  StringId function;
  StringId file;
  std::uint32_t line = 0;

  friend bool operator==(const AllocationSite&, const AllocationSite&) = default;
};

enum class RegionKind : std::uint32_t {
  kMapping = 0,  ///< A range that the operating system mapped for the program.
  kArena = 1,    ///< A range that the object allocator divides into pools.
  kPool = 2,     ///< A range divided into blocks of one size.
};

inline constexpr unsigned kRegionKinds = 3;

/// A range of the program's memory.
struct MemoryRegion {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint64_t used = 0;  ///< Bytes in use: resident for mappings, allocated for arenas and pools.
  RegionKind kind = RegionKind::kMapping;
  StringId name;                 ///< The mapped file, "[heap]", "[stack]", or none.
  std::uint32_t block_size = 0;  ///< Pools only.
  std::uint32_t reserved = 0;

  friend bool operator==(const MemoryRegion&, const MemoryRegion&) = default;
};

static_assert(sizeof(Frame) == 12 && sizeof(Thread) == 24 && sizeof(AllocationSite) == 12 &&
              sizeof(MemoryRegion) == 40);

}  // namespace heapscan::dump
