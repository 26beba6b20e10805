#include "analysis/text/reference_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/runtimes/runtime_traits.h"

namespace heapscan::analysis {
namespace {

using dump::ObjectId;
using dump::ReferenceKind;
using dump::StringId;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Letters of other scripts are allowed in names; any byte above ASCII is assumed to be part of
/// one.
bool may_be_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c) ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), may_be_in_name);
}

}  // namespace

bool is_attribute_table(const dump::Heap& heap, const dump::Reference& reference) {
  const RuntimeTraits& traits = traits_of(heap.facts());
  // The name first: few references have it, and a role is looked up by name here.
  return traits.names_attribute_table(heap, reference) &&
         traits.roles_of(heap, reference.target).has(TypeRole::kAttributeTable);
}

std::optional<std::string_view> attribute_of_entry(const dump::Heap& heap,
                                                   const dump::Reference& reference) {
  if (reference.kind != ReferenceKind::kValue) {
    return std::nullopt;
  }
  const ObjectId key(reference.label);
  if (!traits_of(heap.facts()).roles_of(heap, key).has(TypeRole::kAttributeKey)) {
    return std::nullopt;
  }
  const std::optional<std::string_view> text = heap.value(key);
  if (!text.has_value() || !is_identifier(*text)) {
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> name_of_reference(const dump::Heap& heap, dump::Referrer reference) {
  const RuntimeTraits& traits = traits_of(heap.facts());
  const dump::Reference step = heap.reference(reference);
  const auto name = [&] { return heap.string(StringId(step.label)); };
  switch (step.kind) {
    case ReferenceKind::kAttribute:
    case ReferenceKind::kInternal:
      return fmt::format(".{}", name());
    case ReferenceKind::kCell: {
      const TypeRoles source = traits.roles_of(heap, reference.source);
      if (source.has(TypeRole::kCell)) {
        return fmt::format(".{}", traits.cell_content_name);
      }
      return source.has(TypeRole::kCellTuple)
                 ? fmt::format("['{}']", name())
                 : fmt::format(".{}['{}']", traits.closure_name, name());
    }
    case ReferenceKind::kLocal:
      return fmt::format("local {}", name());
    case ReferenceKind::kType:
      return fmt::format(".{}", traits.class_name);
    case ReferenceKind::kItem:
    case ReferenceKind::kKey:
    case ReferenceKind::kValue:
    case ReferenceKind::kConservative:
      break;
  }
  return std::nullopt;
}

bool is_of_program(const dump::Heap& heap, std::string_view type) {
  return traits_of(heap.facts()).is_of_program(type);
}

}  // namespace heapscan::analysis
