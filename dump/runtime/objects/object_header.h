#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace heapscan::dump::runtime {

class View;
struct ClassObject;
struct Object;
struct ObjectHeap;

enum class Kind : std::uint8_t {
  kNone,
  kBool,
  kInt,
  kFloat,
  kStr,
  kBytes,
  kArray,
  kTuple,
  kList,
  kDict,
  kSet,
  kDeque,
  kCell,
  kFunction,
  kModule,
  kWeakRef,
  kFrame,
  kClass,
  kInstance,
};

inline constexpr std::size_t kKinds = 19;

/// The size of a reference in an object or buffer.
inline constexpr std::size_t kPointerSize = sizeof(void*);

/// Whether objects of the kind can hold references, and so can be part of a cycle.
[[nodiscard]] constexpr bool is_container(Kind kind) {
  return kind >= Kind::kTuple;
}

/// Code of the program that runs when an object dies. It may keep the object by creating a Ref to
/// it.
using Finalizer = std::function<void(View)>;

/// What all objects of a type have in common. There is one for each kind, and one for each class.
struct TypeInfo {
  ObjectHeap* heap = nullptr;  ///< The heap that the objects belong to.
  /// Frees an object whose last reference was dropped, and everything that it alone kept alive,
  /// unless a finalizer resurrects it.
  void (*die)(Object* object) noexcept = nullptr;
  Kind kind = Kind::kNone;
  std::string name;                     ///< As Python shows it: "dict", "shop.Session".
  ClassObject* class_object = nullptr;  ///< For instances only.

  // For classes only, including those of the base.
  std::vector<std::string> slots;
  bool has_dict = false;
  bool has_weak_list = false;
  Finalizer finalizer;
  Finalizer legacy_finalizer;
};

// clang-format off
/// The start of every object: its reference count and its state in one word, and its type.
///
///     | 63 ... 55 |   54   |    53    |    52    |  51 50  |   49   |   48    |    47 ... 0     |
///     |   zero    | inter- | unreach- | collect- | genera- | final- | tracked | reference count |
///     |           | ned    | able     | ing      | tion    | ized   |         |                 |
// clang-format on
struct Object {
  std::uint64_t word = 1;
  const TypeInfo* type = nullptr;

  static constexpr unsigned kCountBits = 48;
  static constexpr std::uint64_t kCountMask = (std::uint64_t{1} << kCountBits) - 1;
  static constexpr std::uint64_t kTracked = std::uint64_t{1} << 48;
  static constexpr std::uint64_t kFinalized = std::uint64_t{1} << 49;
  static constexpr unsigned kGenerationShift = 50;
  static constexpr std::uint64_t kGenerationMask = std::uint64_t{3} << kGenerationShift;
  static constexpr std::uint64_t kCollecting = std::uint64_t{1} << 52;
  static constexpr std::uint64_t kUnreachable = std::uint64_t{1} << 53;
  static constexpr std::uint64_t kInterned = std::uint64_t{1} << 54;

  [[nodiscard]] std::uint64_t count() const { return word & kCountMask; }

  [[nodiscard]] bool has(std::uint64_t bit) const { return (word & bit) != 0; }

  void set(std::uint64_t bit) { word |= bit; }

  void reset(std::uint64_t bit) { word &= ~bit; }

  [[nodiscard]] Kind kind() const { return type->kind; }

  [[nodiscard]] bool is_container() const { return runtime::is_container(type->kind); }

  [[nodiscard]] unsigned generation() const {
    return static_cast<unsigned>((word & kGenerationMask) >> kGenerationShift);
  }

  void set_generation(unsigned generation) {
    word = (word & ~kGenerationMask) | (std::uint64_t{generation} << kGenerationShift);
  }
};

/// Precedes every object that can hold references: its links in a list of the collector. While a
/// collection finds unreachable objects, `previous` is the number of references to the object from
/// outside the generations being examined.
struct GcHead {
  GcHead* next = nullptr;
  std::uintptr_t previous = 0;

  [[nodiscard]] GcHead* previous_head() const {
    return reinterpret_cast<GcHead*>(previous);  // NOLINT(performance-no-int-to-ptr)
  }

  void set_previous(GcHead* head) { previous = reinterpret_cast<std::uintptr_t>(head); }

  [[nodiscard]] static GcHead* of(Object* object) { return reinterpret_cast<GcHead*>(object) - 1; }

  [[nodiscard]] Object* object() { return reinterpret_cast<Object*>(this + 1); }
};

static_assert(sizeof(Object) == 16 && sizeof(GcHead) == 16);

}  // namespace heapscan::dump::runtime
