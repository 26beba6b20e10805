#include "analysis/runtimes/python.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <system_error>

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::Reference;
using dump::ReferenceKind;
using dump::StringId;
using Role = TypeRole;

constexpr std::string_view kAttributeTable = "__dict__";

constexpr auto kTypes = std::to_array<RuntimeType>({
    {"_frozen_importlib.ModuleSpec", TypeRoles(Role::kCode)},
    {"builtin_function_or_method", TypeRoles(Role::kCode)},
    {"bytes", TypeRoles(Role::kString)},
    {"cell", TypeRoles(Role::kCode, Role::kCell)},
    {"classmethod", TypeRoles(Role::kCode)},
    {"classmethod_descriptor", TypeRoles(Role::kCode)},
    {"code", TypeRoles(Role::kCode)},
    {"collections.OrderedDict", TypeRoles(Role::kContainer)},
    {"collections.defaultdict", TypeRoles(Role::kContainer)},
    {"collections.deque", TypeRoles(Role::kContainer)},
    {"coroutine", TypeRoles(Role::kWeakable)},
    {"dict",
     TypeRoles(Role::kAttributeTable, Role::kMayRejuvenate, Role::kHashTable, Role::kContainer)},
    {"float", TypeRoles(Role::kFloat)},
    {"frozenset", TypeRoles(Role::kUnordered, Role::kWeakable)},
    {"function", TypeRoles(Role::kCode, Role::kWeakable)},
    {"generator", TypeRoles(Role::kWeakable)},
    {"getset_descriptor", TypeRoles(Role::kCode)},
    {"int", TypeRoles(Role::kInteger)},
    {"list", TypeRoles(Role::kList, Role::kContainer)},
    {"member_descriptor", TypeRoles(Role::kCode)},
    {"method", TypeRoles(Role::kWeakable)},
    {"method_descriptor", TypeRoles(Role::kCode)},
    {"module", TypeRoles(Role::kCode, Role::kModule, Role::kWeakable)},
    {"property", TypeRoles(Role::kCode)},
    {"set", TypeRoles(Role::kUnordered, Role::kWeakable, Role::kContainer)},
    {"staticmethod", TypeRoles(Role::kCode)},
    {"str", TypeRoles(Role::kAttributeKey, Role::kString)},
    {"tuple", TypeRoles(Role::kCellTuple, Role::kFixedItems, Role::kMayRejuvenate)},
    {"type", TypeRoles(Role::kCode, Role::kClass, Role::kWeakable)},
    {"wrapper_descriptor", TypeRoles(Role::kCode)},
});
static_assert(std::is_sorted(kTypes.begin(),
                             kTypes.end(),
                             [](const RuntimeType& a, const RuntimeType& b) {
                               return a.name < b.name;
                             }));

/// Names that programs commonly give to a reference back to where an object belongs.
constexpr std::array<std::string_view, 14> kBackReferences = {
    "parent", "_parent", "owner",     "_owner",     "prev",    "_prev", "previous",
    "back",   "root",    "container", "_container", "manager", "outer", "backref"};

/// Types defined in modules have dotted names; those of the language have bare names.
bool is_of_program(std::string_view type) {
  return type.find('.') != std::string_view::npos;
}

/// In the quotes that Python would choose.
std::string quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const bool has_double = text.find('"') != std::string_view::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string result(1, quote);
  result += text;
  result += quote;
  return result;
}

/// 'abc', b'abc', 42, shop.cache.
std::string literal(std::string_view type, std::string_view preview) {
  if (type == "str") {
    return quoted(preview);
  }
  if (type == "bytes" || type == "bytearray") {
    return "b" + quoted(preview);
  }
  return std::string(preview);
}

/// An int beyond 64 bits is described, not written out; a NaN equals nothing, not even itself.
bool is_exact_number(TypeRoles type, std::string_view preview) {
  if (type.has(Role::kInteger)) {
    return !preview.empty() && std::isdigit(static_cast<unsigned char>(preview.back())) != 0;
  }
  return type.has(Role::kFloat) && preview != "nan" && preview != "-nan";
}

/// The target of the object's attribute of this name.
std::optional<ObjectId> attribute(const Heap& heap, ObjectId id, std::string_view name) {
  for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
    const Reference reference = heap.reference(id, ordinal);
    if (reference.kind == ReferenceKind::kAttribute &&
        heap.string(StringId(reference.label)) == name) {
      return reference.target;
    }
  }
  return std::nullopt;
}

/// What the attributes of a class reveal about its instances.
struct ClassFacts {
  bool adds_weakref = false;
  bool has_members = false;
};

ClassFacts facts_of(const Heap& heap, ObjectId type) {
  ClassFacts facts;
  const std::optional<ObjectId> dict = attribute(heap, type, kAttributeTable);
  for (std::uint32_t ordinal = 0; dict && ordinal < heap.out_degree(*dict); ++ordinal) {
    const Reference entry = heap.reference(*dict, ordinal);
    if (entry.kind != ReferenceKind::kValue) {
      continue;
    }
    facts.has_members |= heap.type_name(entry.target) == "member_descriptor";
    facts.adds_weakref |= heap.type_name(entry.target) == "getset_descriptor" &&
                          heap.value(ObjectId(entry.label)) == "__weakref__";
  }
  return facts;
}

/// A class is plain if a class in its __mro__ has the __weakref__ that `class` adds, and none has
/// members at fixed offsets, from __slots__ or C.
bool is_plain_class(const Heap& heap, ObjectId type) {
  const std::optional<ObjectId> classes = attribute(heap, type, "__mro__");
  if (!classes) {
    return false;
  }
  ClassFacts all;
  for (const ObjectId one : heap.targets(*classes)) {
    const ClassFacts facts = facts_of(heap, one);
    all.adds_weakref |= facts.adds_weakref;
    all.has_members |= facts.has_members;
  }
  return all.adds_weakref && !all.has_members;
}

/// 11 for "3.11.2"; nothing unless it is a version 3.
std::optional<unsigned> minor_version(std::string_view version) {
  constexpr std::string_view kMajor = "3.";
  if (!version.starts_with(kMajor)) {
    return std::nullopt;
  }
  unsigned minor = 0;
  const char* const begin = version.data() + kMajor.size();
  const auto [rest, error] = std::from_chars(begin, version.data() + version.size(), minor);
  return error == std::errc() && rest != begin ? std::optional(minor) : std::nullopt;
}

constexpr RuntimeTraits kPython = {
    .types = kTypes,
    .attribute_table_name = kAttributeTable,
    .attribute_table_type = "dict",
    .globals_name = "__globals__",
    .class_name = "__class__",
    .closure_name = "__closure__",
    .cell_content_name = "cell_contents",
    .builtin_module = "builtins",
    .local_scope = ".<locals>",
    .numbered_interpreter = " of interpreter ",
    .bounded_cache = "interpreter name of a cached method",
    .back_references = kBackReferences,
    .is_of_program = &is_of_program,
    .literal = &literal,
    .is_exact_number = &is_exact_number,
    .is_plain_class = &is_plain_class,
    .sizes = &python_sizes,
};

}  // namespace

std::optional<ObjectSizes> python_sizes(const dump::ProcessFacts& facts) {
  constexpr unsigned kOldest = 8;
  constexpr unsigned kNewest = 14;
  const std::optional<unsigned> minor = minor_version(facts.version);
  if (facts.runtime != "CPython" || !minor || *minor < kOldest || *minor > kNewest) {
    return std::nullopt;
  }
  ObjectSizes sizes;
  sizes.separate_values = *minor == 11 || *minor == 12;
  if (*minor < 10) {
    sizes.array = 64;  // Not tracked by the collector before 3.10.
  }
  if (*minor < 11) {
    sizes.table = 40;
    sizes.narrow_text_entries = false;
  }
  if (*minor == 11) {
    sizes.instance = 56;  // The reference to its dict is before it, __weakref__ inside it.
  }
  if (*minor >= 12) {
    sizes.weak_slot = 16;  // In front of the object, in a pair of words.
  }
  return sizes;
}

const RuntimeTraits& python_traits() {
  return kPython;
}

}  // namespace heapscan::analysis
