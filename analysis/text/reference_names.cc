#include "analysis/text/reference_names.h"

#include <algorithm>

namespace heapscan::analysis {
namespace {

using dump::ObjectId;
using dump::ReferenceKind;
using dump::StringId;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Letters of other scripts are allowed in names; which bytes make one is not looked into.
bool may_stand_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c) ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), may_stand_in_name);
}

}  // namespace

bool is_attribute_dict(const dump::Heap& heap, const dump::Reference& reference) {
  const bool named =
      reference.kind == ReferenceKind::kAttribute || reference.kind == ReferenceKind::kInternal;
  return named && heap.string(StringId(reference.label)) == kAttributeDictName &&
         heap.type_name(reference.target) == "dict";
}

std::optional<std::string_view> attribute_of_entry(const dump::Heap& heap,
                                                   const dump::Reference& reference) {
  if (reference.kind != ReferenceKind::kValue) {
    return std::nullopt;
  }
  const ObjectId key(reference.label);
  if (heap.type_name(key) != "str") {
    return std::nullopt;
  }
  const std::optional<std::string_view> text = heap.value(key);
  if (!text.has_value() || !is_identifier(*text)) {
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> name_of_reference(const dump::Heap& heap, dump::Referrer reference) {
  const dump::Reference step = heap.reference(reference);
  const auto name = [&] { return std::string(heap.string(StringId(step.label))); };
  switch (step.kind) {
    case ReferenceKind::kAttribute:
    case ReferenceKind::kInternal:
      return "." + name();
    case ReferenceKind::kCell: {
      const std::string_view source = heap.type_name(reference.source);
      if (source == "cell") {
        return ".cell_contents";
      }
      return (source == "tuple" ? "['" : ".__closure__['") + name() + "']";
    }
    case ReferenceKind::kLocal:
      return "local " + name();
    case ReferenceKind::kType:
      return ".__class__";
    case ReferenceKind::kItem:
    case ReferenceKind::kKey:
    case ReferenceKind::kValue:
    case ReferenceKind::kConservative:
      break;
  }
  return std::nullopt;
}

}  // namespace heapscan::analysis
