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
  kHolder,  ///< An object that accumulates many small ones.
  kObject,  ///< An object that is large by itself: a buffer, a string.
  kChain,   ///< Objects each of which keeps the next one: a linked list.
  kGroup,   ///< Objects of one type that a module or class refers to, each by a name.
  kFrame,   ///< Locals of one running function, none of them large by itself.
  kThread,  ///< Locals of the functions of one thread, likewise.
  kNative,  ///< Objects of one type held by native code and by no object.
};

/// "holder", "object", ...: the word in output and JSON.
[[nodiscard]] std::string_view to_string(SuspectKind kind);

/// Objects of one type among those that accumulate at a suspect.
struct SuspectType {
  std::string name;
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
};

/// A place of the program where memory accumulates.
struct Suspect {
  SuspectKind kind = SuspectKind::kHolder;
  /// What holds it: an object with a path. None for kFrame, kThread and kNative.
  ObjectId holder;
  /// Holders with one path signature count as one suspect: their number. `holder` is the one that
  /// accumulates most.
  std::uint64_t holders = 1;
  /// If what accumulates consists of large parts: the largest part. Otherwise none.
  ObjectId part;
  /// The path signature of the holder, or the root that holds them: "thread worker", "native".
  std::string place;
  /// What accumulates there: the type of the objects directly below the holder that keep most of
  /// the bytes, and their number. If these are only wrappers, one for each object of a class of the
  /// program (the methods of listeners, the tuples of a cache), it is that class.
  std::string type;
  std::uint64_t instances = 0;
  /// The bytes that accumulate there. No object is counted at two suspects.
  std::uint64_t size = 0;
  /// What would be freed with the holders, including other suspects below them. Less than `size` if
  /// a part is also held in another way.
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

/// The leak suspects: places that accumulate at least a hundredth of everything reachable, so at
/// most 100. After the leak suspects of Eclipse Memory Analyzer; suspects.cc describes how they are
/// found. Deterministic.
/// Cost: an OwnerTree, and one pass over the objects in the order of their addresses. Throws
/// Stopped.
[[nodiscard]] Suspects find_suspects(const Heap& heap,
                                     const DominatorTree& dominators,
                                     const PathForest& paths,
                                     const StopSignal& stop = kNeverStopped);

}  // namespace heapscan::analysis
