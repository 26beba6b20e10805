#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dump/heap.h"

/// What the author of a program calls a reference.
///
/// Some runtimes keep the attributes of modules, classes and many instances in tables of their own.
/// The author of `shop.CACHE` does not think of such a table, so it counts as a part of its owner.
/// What such tables and their keys are is up to the runtime: see
/// analysis/runtimes/runtime_traits.h.
///
/// Cost of each function: a few comparisons of strings. Analyses that ask for every reference of a
/// heap use HeapTypes instead.
namespace heapscan::analysis {

/// True if the reference leads from a module, class or instance to the table of its attributes.
[[nodiscard]] bool is_attribute_table(const dump::Heap& heap, const dump::Reference& reference);

/// The attribute that an entry of such a table stands for: the text of its key. Nothing if the
/// reference is not to an entry's value, or if no program would write the key after a dot: then it
/// is data, and the table serves as a container.
[[nodiscard]] std::optional<std::string_view> attribute_of_entry(const dump::Heap& heap,
                                                                 const dump::Reference& reference);

/// ".name", ".__closure__['name']", ".cell_contents", "local name", ".__class__": how the source
/// names the target, for the kinds of references whose name is the same in every run.
/// Nothing for positions, keys and values.
[[nodiscard]] std::optional<std::string> name_of_reference(const dump::Heap& heap,
                                                           dump::Referrer reference);

/// True for types of the program and its libraries, false for those of the language.
[[nodiscard]] bool is_of_program(const dump::Heap& heap, std::string_view type);

}  // namespace heapscan::analysis
