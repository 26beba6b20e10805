#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

enum class SuspectKind : std::uint8_t {
  kHolder,  ///< An object below which many small ones gather.
  kObject,  ///< An object that is large by itself: a buffer, a text.
  kChain,   ///< Objects each of which keeps the next one: a linked list.
  kGroup,   ///< Objects of one type that a module or class has by names of their own.
  kFrame,   ///< Locals of one running function, none of them large alone.
  kThread,  ///< Locals of the functions of one thread, likewise.
  kNative,  ///< Objects of one type that C code holds and no object does.
};

/// "holder", "object", ...: the word in output and JSON.
[[nodiscard]] std::string_view to_string(SuspectKind kind);

/// Objects of one type among those that a suspect gathers.
struct SuspectType {
  std::string name;
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
};

/// A place of the program where memory gathers.
struct Suspect {
  SuspectKind kind = SuspectKind::kHolder;
  /// What holds it: an object with a path. None for kFrame, kThread and kNative.
  ObjectId holder;
  /// Holders that are built alike and have one path signature count as one suspect: their number.
  /// `holder` is the one that gathers most.
  std::uint64_t holders = 1;
  /// Where what gathers is itself made of large parts: the largest of them. Otherwise none.
  ObjectId part;
  /// The path signature of the holder, or the root that holds them: "thread worker", "native".
  std::string place;
  /// What gathers there: the type of the objects right below the holder that answer for most of
  /// the bytes, and their number. Where these are but wrappers, one for each object of a class of
  /// the program (the methods of listeners, the tuples of a cache), it is that class.
  std::string type;
  std::uint64_t instances = 0;
  /// The bytes that gather there. Those of all suspects have no object in common.
  std::uint64_t size = 0;
  /// What would be freed with the holders, other suspects below them included. Less than `size`
  /// where a part is held in another way too.
  std::uint64_t retained = 0;
  /// The same for the same place and type in every run: 16 hexadecimal digits.
  std::string fingerprint;
  std::vector<SuspectType> types;  ///< By descending size, then name; they add up to `size`.
};

struct Suspects {
  /// By descending size, then place and type.
  std::vector<Suspect> rows;
  std::uint64_t size = 0;  ///< Of all suspects.
};

/// The places that gather at least a hundredth of everything reachable: at most 100.
///
/// See suspects.cc for how they are found. Deterministic.
/// Cost: a OwnerTree, and one pass over the objects in the order of their paths. Throws Stopped.
[[nodiscard]] Suspects find_suspects(const Heap& heap,
                                     const DominatorTree& dominators,
                                     const PathForest& paths,
                                     const StopSignal& stop = kNeverStopped);

}  // namespace heapscan::analysis
