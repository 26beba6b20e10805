#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dump/heap.h"

/// What the author of a program calls a reference.
///
/// The runtime keeps the attributes of a module,
/// a class and many an instance in a dict of their own; whoever reads `shop.CACHE` does not think
/// of that dict.
namespace heapscan::analysis {

/// The name by which an owner refers to the dict of its attributes.
inline constexpr std::string_view kAttributeDictName = "__dict__";

/// True when the reference leads from a module, class or instance to the dict of its attributes.
[[nodiscard]] bool is_attribute_dict(const dump::Heap& heap, const dump::Reference& reference);

/// The attribute that an entry of such a dict is: the text of its key. Nothing when the reference
/// is not to an entry's value, or when no program would write the key behind a dot: then it is
/// data, and the dict serves as a container.
[[nodiscard]] std::optional<std::string_view> attribute_of_entry(const dump::Heap& heap,
                                                                 const dump::Reference& reference);

/// ".name", ".__closure__['name']", ".cell_contents", "local name", ".__class__": how the source
/// names the target, for the kinds of references that have a name which is the same in every run.
/// Nothing for positions, keys and values.
[[nodiscard]] std::optional<std::string> name_of_reference(const dump::Heap& heap,
                                                           dump::Referrer reference);

/// True for the types of modules, written with their dots: those of the language have bare names.
[[nodiscard]] constexpr bool is_of_program(std::string_view type) {
  return type.find('.') != std::string_view::npos;
}

}  // namespace heapscan::analysis
