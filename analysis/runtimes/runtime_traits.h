#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analysis/runtimes/object_sizes.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// What a type of the runtime itself means to the analyses.
enum class TypeRole : std::uint32_t {
  kAttributeTable = 1U << 0,  ///< A mapping in which objects may keep their attributes.
  kAttributeKey = 1U << 1,    ///< A string: as a key of such a mapping it may name an attribute.
  kModule = 1U << 2,          ///< The type of modules: a root of that kind implies it.
  kClass = 1U << 3,           ///< Its instances are types of the program.
  kCode = 1U << 4,            ///< Part of every program: large numbers are no sign of a leak.
  kCell = 1U << 5,            ///< Holds one variable of a closure.
  kCellTuple = 1U << 6,       ///< Holds the cells of a closure.
  kUnordered = 1U << 7,       ///< The positions of its items have no meaning.
  kWeakable = 1U << 8,        ///< Can have weak references, like the types of a program.
  kFixedItems = 1U << 9,      ///< The items never change.
  kMayRejuvenate = 1U << 10,  ///< May leave the cycle collector's lists, and return young.

  // What a search for avoidable memory looks for.
  kString = 1U << 11,     ///< A constant string: equal ones could be one.
  kInteger = 1U << 12,    ///< A boxed integer.
  kFloat = 1U << 13,      ///< A boxed floating-point number.
  kList = 1U << 14,       ///< A growable array, with the sizes of ObjectSizes::list.
  kHashTable = 1U << 15,  ///< A hash table, with the sizes of ObjectSizes::dict.
  kContainer = 1U << 16,  ///< A container that could be created when it gets its first item.
};

/// A set of roles: none for most types.
class TypeRoles {
 public:
  constexpr TypeRoles() = default;

  template <class... Role>
  constexpr explicit TypeRoles(TypeRole first, Role... others)
      : bits_((static_cast<std::uint32_t>(first) | ... | static_cast<std::uint32_t>(others))) {}

  [[nodiscard]] constexpr bool has(TypeRole role) const {
    return (bits_ & static_cast<std::uint32_t>(role)) != 0;
  }

 private:
  std::uint32_t bits_ = 0;
};

/// A type of the runtime, by its name in dumps.
struct RuntimeType {
  std::string_view name;
  TypeRoles roles;
};

/// Everything that the analyses know about one runtime and its language: the names and roles of its
/// types, how it names the parts of an object, and how large its objects are. Analyses ask here and
/// never compare the name of a type themselves, so that a type that happens to be called "dict" in
/// the heap of another runtime is nothing special.
///
/// Constants of static storage, safe to share between threads: see traits_of(). Adding a runtime
/// takes a file with its traits and a row in the table of runtime_traits.cc.
struct RuntimeTraits {
  std::span<const RuntimeType> types;  ///< Ascending by name; types without a role are left out.

  /// The attribute by which an object refers to the table of its attributes, and that table's type:
  /// such a table is a part of its owner. Empty if attributes are always held directly.
  std::string_view attribute_table_name;
  std::string_view attribute_table_type;
  /// The attribute by which code refers to the table of its module's variables, or empty.
  std::string_view globals_name;
  std::string_view class_name;         ///< The attribute that is the type of an instance.
  std::string_view closure_name;       ///< The attribute of a function that holds its variables.
  std::string_view cell_content_name;  ///< The attribute of a cell that is the variable's value.

  std::string_view builtin_module;  ///< Where types without a module are counted.
  std::string_view local_scope;     ///< What separates a function from a class in it, or empty.
  /// What separates the label of a root from the number of its interpreter, or empty.
  std::string_view numbered_interpreter;
  /// The start of the signature of a root that holds a bounded cache, which fills up while a
  /// program runs and is not a leak. Empty if there is none.
  std::string_view bounded_cache;
  /// Attributes that usually lead back to where an object belongs.
  std::span<const std::string_view> back_references;

  /// Whether the type of this name is one of the program or its libraries, not of the language.
  bool (*is_of_program)(std::string_view type);
  /// The preview of a value of the type of this name, as a literal of the language if possible.
  std::string (*literal)(std::string_view type, std::string_view preview);
  /// Whether the preview of a number is its exact value, and equal to itself.
  bool (*is_exact_number)(TypeRoles type, std::string_view preview);
  /// Whether instances of the class have nothing but a header and a table of attributes.
  /// Requires: `type` is a class. Cost: the entries of its and its bases' tables.
  bool (*is_plain_class)(const dump::Heap& heap, dump::ObjectId type);
  /// The sizes of its objects; nothing if they are not known for the version.
  std::optional<ObjectSizes> (*sizes)(const dump::ProcessFacts& facts);

  /// Cost: a binary search.
  [[nodiscard]] TypeRoles roles_of(std::string_view type) const;

  [[nodiscard]] TypeRoles roles_of(const dump::Heap& heap, dump::ObjectId id) const {
    return roles_of(heap.type_name(id));
  }

  /// Whether the reference has the name of an attribute table; its target may be of any type.
  [[nodiscard]] bool names_attribute_table(const dump::Heap& heap,
                                           const dump::Reference& reference) const;
};

/// The traits of the runtime that the facts name. An unknown runtime has neutral ones, which give
/// no type a role; a dump that does not name its runtime is assumed to be of Python, since only
/// collectors of Python heaps ever left the name out. Cost: a few comparisons.
[[nodiscard]] const RuntimeTraits& traits_of(const dump::ProcessFacts& facts);

}  // namespace heapscan::analysis
