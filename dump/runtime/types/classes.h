#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

/// What a class is made of.
struct ClassFacts {
  std::string name;  ///< "module.qualname".
  View base;         ///< A class, or empty. Its slots and finalizers are inherited.
  /// Instances have these attributes and no others, unless they have a dict too.
  std::vector<std::string> slots;
  bool has_dict = true;
  bool has_weak_list = true;  ///< Whether weak references to instances can be made.
  /// Runs once for each instance, before it is freed; may bring it back (PEP 442).
  Finalizer finalizer;
  /// Runs when the count reaches 0, as before PEP 442: a cycle with one is uncollectable.
  Finalizer legacy_finalizer;
};

/// Classes are objects, of type "type", that their instances refer to. Unlike CPython's they are
/// not part of a cycle (no __mro__ that begins with the class itself).
namespace klass {

/// Throws Error(kUsage) when a slot has the name of another one.
[[nodiscard]] Ref make(ObjectHeap& heap,
                       const ClassFacts& facts,
                       SourcePlace place = SourcePlace::current());

/// Attributes of the class itself.
void set(View klass, std::string_view name, View value);

/// Looks in the bases as well; empty when there is none.
[[nodiscard]] Ref find(View klass, std::string_view name);

}  // namespace klass

namespace instance {

[[nodiscard]] Ref make(View klass, SourcePlace place = SourcePlace::current());

/// A slot, or an entry of the dict. Throws Error(kUsage) when the instance can have none of this
/// name.
void set(View instance, std::string_view name, View value);

/// Of the instance, or else of its class. Empty when there is none.
[[nodiscard]] Ref find(View instance, std::string_view name);

/// Throws Error(kUsage) when there is none.
[[nodiscard]] Ref get(View instance, std::string_view name);

/// Throws Error(kUsage) when the instance itself has none.
void remove(View instance, std::string_view name);

[[nodiscard]] Ref class_of(View instance);

}  // namespace instance

}  // namespace heapscan::dump::runtime
