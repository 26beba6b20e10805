#include "dump/cpython/objects/type_layouts.h"

#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/library/families.h"

namespace heapscan::dump::cpython {

std::vector<std::span<const TypeLayout>> type_families() {
  return {
      basic_layouts(),
      buffer_layouts(),
      code_layouts(),
      context_layouts(),
      dict_layouts(),
      exception_layouts(),
      frame_layouts(),
      function_layouts(),
      generator_layouts(),
      iterator_layouts(),
      module_layouts(),
      number_layouts(),
      ordered_dict_layouts(),
      sequence_layouts(),
      set_layouts(),
      text_layouts(),
      type_layouts(),
      typing_layouts(),
      weak_reference_layouts(),
      // Extension modules.
      array_layouts(),
      asyncio_layouts(),
      collection_layouts(),
      compression_layouts(),
      ctypes_layouts(),
      datetime_layouts(),
      decimal_layouts(),
      functools_layouts(),
      hash_layouts(),
      io_layouts(),
      itertools_layouts(),
      network_layouts(),
      numpy_layouts(),
      parsing_layouts(),
      pickle_layouts(),
      profiling_layouts(),
      sqlite_layouts(),
      system_layouts(),
      thread_layouts(),
      xml_layouts(),
  };
}

TypeLayouts::TypeLayouts(unsigned minor) {
  for (const std::span<const TypeLayout> family : type_families()) {
    for (const TypeLayout& layout : family) {
      if (layout.versions.include(minor)) {
        by_name_.emplace(layout.name, &layout);
      }
    }
  }
}

const TypeLayout* TypeLayouts::find(std::string_view name, std::uint64_t basic_size) const {
  const auto [begin, end] = by_name_.equal_range(name);
  for (auto found = begin; found != end; ++found) {
    if (found->second->basic_size == basic_size) {
      return found->second;
    }
  }
  return nullptr;
}

}  // namespace heapscan::dump::cpython
