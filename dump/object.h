#pragma once

#include <cstdint>
#include <string_view>

#include "dump/index.h"

namespace heapscan::dump {

/// The reference count of an object that is never freed.
inline constexpr std::uint32_t kImmortal = 0xFFFFFFFF;

/// The largest count that is stored; a larger one is stored as this.
inline constexpr std::uint32_t kMaxRefcount = 0xFFFFFFFE;

// clang-format off
/// What is known about an object beyond its columns, as bits of the flags column.
///
///     | 15 ... 9 |    8    |    7    |    6    |   5    |    4     |   3    |    2 1     |    0    |
///     |   zero   | unenu-  | conser- | static  | final- | has weak | synth- | generation |   gc-   |
///     |          | merated | vative  | storage | izer   | refs     | etic   |            | tracked |
// clang-format on
class ObjectFlags {
 public:
  enum Bit : std::uint16_t {
    kGcTracked = 1U << 0,      ///< In a list of the cycle collector.
    kSynthetic = 1U << 3,      ///< Created by the collector to group objects of the program.
    kHasWeakrefs = 1U << 4,    ///< At least one weak reference points at it.
    kHasFinalizer = 1U << 5,   ///< Code of the program runs when it is freed (`__del__`).
    kStaticStorage = 1U << 6,  ///< Part of the program's image, not of its heap: it is never freed.
    kConservative = 1U << 7,   ///< Layout unknown: its references were found by scanning its words.
    kUnenumerated = 1U << 8,   ///< Allocated and typed, but in no list, and nothing refers to it.
  };

  static constexpr std::uint16_t kKnownBits = 0x01FF;
  static constexpr unsigned kGenerationShift = 1;
  static constexpr unsigned kGenerationMask = 3;
  /// The generation number of objects that were exempted from collection (gc.freeze()).
  static constexpr unsigned kPermanentGeneration = 3;

  constexpr ObjectFlags() = default;

  constexpr explicit ObjectFlags(std::uint16_t bits) : bits_(bits) {}

  [[nodiscard]] constexpr bool has(Bit bit) const { return (bits_ & bit) != 0; }

  constexpr ObjectFlags& set(Bit bit) {
    bits_ = static_cast<std::uint16_t>(bits_ | bit);
    return *this;
  }

  /// The generation of a gc-tracked object; meaningless for others.
  [[nodiscard]] constexpr unsigned generation() const {
    return (static_cast<unsigned>(bits_) >> kGenerationShift) & kGenerationMask;
  }

  constexpr ObjectFlags& set_generation(unsigned generation) {
    const unsigned cleared = bits_ & ~(kGenerationMask << kGenerationShift);
    bits_ =
        static_cast<std::uint16_t>(cleared | ((generation & kGenerationMask) << kGenerationShift));
    return *this;
  }

  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_; }

  friend constexpr bool operator==(ObjectFlags, ObjectFlags) = default;

 private:
  std::uint16_t bits_ = 0;
};

/// How a strong reference is held, which also gives its 32-bit label its meaning.
enum class ReferenceKind : std::uint8_t {
  kAttribute = 0,     ///< label: StringId, the attribute's or slot's name.
  kItem = 1,          ///< label: the position in a sequence, or a table position in a set.
  kKey = 2,           ///< label: the position of the entry in its mapping.
  kValue = 3,         ///< label: ObjectId, the object that is the key.
  kCell = 4,          ///< label: StringId, the name of the free variable.
  kLocal = 5,         ///< label: StringId, the name of the local variable.
  kType = 6,          ///< label: 0. From an instance to its type.
  kInternal = 7,      ///< label: StringId, the field's name in the implementation.
  kConservative = 8,  ///< label: the byte offset in the object where the address was found.
};

inline constexpr unsigned kReferenceKinds = 9;

/// "attribute", "item", ...: the word used in output, JSON and SQL.
[[nodiscard]] std::string_view to_string(ReferenceKind kind);

/// A strong reference, seen from its source.
struct Reference {
  ObjectId target;
  ReferenceKind kind = ReferenceKind::kInternal;
  std::uint32_t label = 0;

  friend bool operator==(const Reference&, const Reference&) = default;
};

/// A strong reference, seen from its target: the ordinal-th reference of `source`.
struct Referrer {
  ObjectId source;
  std::uint32_t ordinal = 0;

  friend bool operator==(const Referrer&, const Referrer&) = default;
};

/// A reference that does not keep its target alive. Kept apart from the graph of strong references,
/// so that no analysis can follow one by mistake.
struct WeakReference {
  ObjectId source;
  ObjectId target;
  StringId label;

  friend bool operator==(const WeakReference&, const WeakReference&) = default;
};

/// Why an object is alive.
enum class RootKind : std::uint8_t {
  kModule = 0,       ///< label: the module's name.
  kFrame = 1,        ///< A local of a running function; label: thread, function and variable.
  kThread = 2,       ///< State of a thread; label: thread and field.
  kInterpreter = 3,  ///< State of the interpreter; label: the field.
  kBuiltin = 4,      ///< A type or value of the runtime's own image; label: none.
  kNative = 5,  ///< Counted references that no object holds; label: the native code that may hold
                ///< them, or none.
  kGlobal = 6,  ///< A variable of a program that registered it; label: its name.
};

inline constexpr unsigned kRootKinds = 7;

[[nodiscard]] std::string_view to_string(RootKind kind);

/// One reason why an object is alive. An object may have several.
struct Root {
  ObjectId object;
  StringId label;  ///< none if the kind says it all.
  RootKind kind = RootKind::kNative;
  /// Whether the root itself holds one of the object's counted references. A module root does not:
  /// it names an object that sys.modules holds.
  bool counted = false;
  std::uint16_t reserved = 0;  ///< Zero: keeps the row free of padding, as it is written to files.

  friend bool operator==(const Root&, const Root&) = default;
};

/// A type of the program. Names are not unique: two classes may share one.
struct Type {
  StringId name;    ///< "module.qualname"; builtins bare: "dict".
  ObjectId object;  ///< The type as an object of the heap; none if it is not part of the dump.

  friend bool operator==(const Type&, const Type&) = default;
};

static_assert(sizeof(WeakReference) == 12 && sizeof(Root) == 12 && sizeof(Type) == 8);

}  // namespace heapscan::dump
