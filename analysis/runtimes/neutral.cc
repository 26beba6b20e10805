#include "analysis/runtimes/neutral.h"

#include <array>

namespace heapscan::analysis {
namespace {

constexpr std::array<std::string_view, 5> kBackReferences = {"container", "outer", "owner",
                                                             "parent", "previous"};

bool is_of_program(std::string_view /*type*/) {
  return true;
}

std::string literal(std::string_view /*type*/, std::string_view preview) {
  return std::string(preview);
}

bool is_exact_number(TypeRoles /*type*/, std::string_view /*preview*/) {
  return false;
}

bool is_plain_class(const dump::Heap& /*heap*/, dump::ObjectId /*type*/) {
  return false;
}

std::optional<ObjectSizes> sizes(const dump::ProcessFacts& /*facts*/) {
  return std::nullopt;
}

constexpr RuntimeTraits kNeutral = {
    .types = {},
    .attribute_table_name = "",
    .attribute_table_type = "",
    .globals_name = "",
    .class_name = "class",
    .closure_name = "closure",
    .cell_content_name = "value",
    .builtin_module = "[no module]",
    .local_scope = "",
    .numbered_interpreter = "",
    .bounded_cache = "",
    .back_references = kBackReferences,
    .is_of_program = &is_of_program,
    .literal = &literal,
    .is_exact_number = &is_exact_number,
    .is_plain_class = &is_plain_class,
    .sizes = &sizes,
};

}  // namespace

const RuntimeTraits& neutral_traits() {
  return kNeutral;
}

}  // namespace heapscan::analysis
