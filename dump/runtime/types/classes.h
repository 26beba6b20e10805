#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

/// The properties of a class.
struct ClassFacts {
  std::string name;  ///< "module.qualname".
  View base;         ///< A class, or empty. Its slots and finalizers are inherited.
  /// Instances have only these attributes, unless they also have a dict.
  std::vector<std::string> slots;
  bool has_dict = true;
  bool has_weak_list = true;  ///< Whether weak references to instances can be made.
  /// Runs once for each instance, before it is freed; may resurrect it (PEP 442).
  Finalizer finalizer;
  /// Runs when the count reaches 0, as before PEP 442: a cycle with one is uncollectable.
  Finalizer legacy_finalizer;
};

/// Classes are objects of type "type" that their instances refer to. Unlike in CPython, a class is
/// not part of a cycle (there is no __mro__ that contains the class itself).
namespace klass {

/// Throws Error(kUsage) if two slots have the same name.
[[nodiscard]] Ref make(ObjectHeap& heap,
                       const ClassFacts& facts,
                       SourcePlace place = SourcePlace::current());

/// Attributes of the class itself.
void set(View klass, std::string_view name, View value);

/// Searches the bases as well; empty if there is none.
[[nodiscard]] Ref find(View klass, std::string_view name);

}  // namespace klass

namespace instance {

[[nodiscard]] Ref make(View klass, SourcePlace place = SourcePlace::current());

/// Sets a slot or an entry of the dict. Throws Error(kUsage) if the instance cannot have this
/// attribute.
void set(View instance, std::string_view name, View value);

/// The attribute of the instance, or else of its class. Empty if there is none.
[[nodiscard]] Ref find(View instance, std::string_view name);

/// Throws Error(kUsage) if there is none.
[[nodiscard]] Ref get(View instance, std::string_view name);

/// Throws Error(kUsage) if the instance itself has none.
void remove(View instance, std::string_view name);

[[nodiscard]] Ref class_of(View instance);

}  // namespace instance

}  // namespace heapscan::dump::runtime
