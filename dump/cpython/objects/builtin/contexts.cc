#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/walking.h"

// contextvars (Python/context.c), and the tree behind a context (Python/hamt.c).
namespace heapscan::dump::cpython {
namespace {

// Nodes of the tree.
constexpr std::uint64_t kArrayNodeItems = 16;
constexpr std::uint64_t kArrayNodeLength = 32;
constexpr std::uint64_t kNodeItems = 32;

void walk_array_node(const WalkContext& context,
                     Address node,
                     const TypeInfo& /*type*/,
                     ReferenceVisitor& visitor) {
  visit_items(context.reader, node + kArrayNodeItems, kArrayNodeLength, visitor);
}

void walk_node(const WalkContext& context,
               Address node,
               const TypeInfo& /*type*/,
               ReferenceVisitor& visitor) {
  visit_items(context.reader, node + kNodeItems, context.reader.word(node + offset::kSize),
              visitor);
}

constexpr TypeTraits kArrayNode = {.walk = walk_array_node};
constexpr TypeTraits kNode = {.walk = walk_node};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"Context", since(8).until(9), 48, {}, {{internal(16, "previous"), internal(24, "variables")}}},
    {"_contextvars.Context", since(10), 48, {},
     {{internal(16, "previous"), internal(24, "variables")}}},
    {"ContextVar", since(8).until(9), 64, {}, {{{16, "name"}, internal(24, "default")}}},
    {"_contextvars.ContextVar", since(10), 64, {}, {{{16, "name"}, internal(24, "default")}}},
    {"Token", since(8).until(9), 48, {},
     {{internal(16, "context"), {24, "var"}, {32, "old_value"}}}},
    {"_contextvars.Token", since(10), 48, {},
     {{internal(16, "context"), {24, "var"}, {32, "old_value"}}}},
    {"hamt", since(8), 40, {}, {{internal(16, "root")}}},
    {"hamt_array_node", since(8), 280, kArrayNode},
    {"hamt_bitmap_node", since(8), 32, kNode},
    {"hamt_collision_node", since(8), 32, kNode},
    {"keys", only_in(8), 152, {}, {{internal(16, "context")}}},
    {"keys", since(8), 168, {}, {{internal(16, "context")}}},
    {"values", only_in(8), 152, {}, {{internal(16, "context")}}},
    {"values", since(8), 168, {}, {{internal(16, "context")}}},
    {"items", only_in(8), 152, {}, {{internal(16, "context")}}},
    {"items", since(8), 168, {}, {{internal(16, "context")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> context_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
