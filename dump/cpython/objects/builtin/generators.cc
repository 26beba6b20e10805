#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/builtin/frames.h"
#include "dump/cpython/objects/model/walking.h"

// Generators, coroutines, asynchronous generators, and their awaitables. Since 3.11 they contain
// their frame.
namespace heapscan::dump::cpython {
namespace {

constexpr std::int8_t kFrameCleared = 4;  // enum _framestate

void walk_generator(const WalkContext& context,
                    Address generator,
                    const TypeInfo& /*type*/,
                    ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const Layout::Generator& layout = reader.layout().generator;
  const auto state = reader.read_or<std::int8_t>(generator + layout.state, kFrameCleared);
  if (state < kFrameCleared) {
    visit_frame_head(reader, generator + layout.frame, visitor);
    visit_frame_locals(reader, generator + layout.frame, visitor);
  } else if (layout.code >= layout.frame) {
    visit_stack_reference(reader, generator + layout.code, {"f_code"}, visitor);
  }
}

std::uint64_t generator_size(const ObjectReader& reader,
                             Address generator,
                             const TypeInfo& /*type*/) {
  const Layout::Generator& layout = reader.layout().generator;
  return layout.frame + frame_size(reader, stack_reference(reader, generator + layout.code).object);
}

/// Before 3.11.
constexpr TypeTraits kGeneratorWithFrameObject = {.name = name_in_field};
constexpr TypeTraits kGenerator = {
    .walk = walk_generator, .size = generator_size, .name = name_in_field};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"generator", since(8).until(9), 96, kGeneratorWithFrameObject,
     {{{16, "gi_frame"}, {32, "gi_code"}, {48, "__name__"},
       with_role(Field{56, "__qualname__"}, Role::kName), internal(64, "exc_type"),
       internal(72, "exc_value"), internal(80, "exc_traceback")}}},
    {"generator", only_in(10), 88, kGeneratorWithFrameObject,
     {{{16, "gi_frame"}, {24, "gi_code"}, {40, "__name__"},
       with_role(Field{48, "__qualname__"}, Role::kName), internal(56, "exc_type"),
       internal(64, "exc_value"), internal(72, "exc_traceback")}}},
    {"generator", only_in(11), 152, kGenerator,
     {{{16, "gi_code"}, {32, "__name__"}, with_role(Field{40, "__qualname__"}, Role::kName),
       internal(48, "exc_value")}}},
    {"generator", since(12).until(13), 144, kGenerator,
     {{{24, "__name__"}, with_role(Field{32, "__qualname__"}, Role::kName),
       internal(40, "exc_value")}}},
    {"generator", since(14), 152, kGenerator,
     {{{24, "__name__"}, with_role(Field{32, "__qualname__"}, Role::kName),
       internal(40, "exc_value")}}},
    {"coroutine", since(8).until(9), 104, kGeneratorWithFrameObject,
     {{{16, "cr_frame"}, {32, "cr_code"}, {48, "__name__"},
       with_role(Field{56, "__qualname__"}, Role::kName), internal(64, "exc_type"),
       internal(72, "exc_value"), internal(80, "exc_traceback"), {96, "cr_origin"}}}},
    {"coroutine", only_in(10), 96, kGeneratorWithFrameObject,
     {{{16, "cr_frame"}, {24, "cr_code"}, {40, "__name__"},
       with_role(Field{48, "__qualname__"}, Role::kName), internal(56, "exc_type"),
       internal(64, "exc_value"), internal(72, "exc_traceback"), {88, "cr_origin"}}}},
    {"coroutine", only_in(11), 152, kGenerator,
     {{{16, "cr_code"}, {32, "__name__"}, with_role(Field{40, "__qualname__"}, Role::kName),
       internal(48, "exc_value"), internal(64, "origin_or_finalizer")}}},
    {"coroutine", since(12).until(13), 144, kGenerator,
     {{{24, "__name__"}, with_role(Field{32, "__qualname__"}, Role::kName),
       internal(40, "exc_value"), internal(56, "origin_or_finalizer")}}},
    {"coroutine", since(14), 152, kGenerator,
     {{{24, "__name__"}, with_role(Field{32, "__qualname__"}, Role::kName),
       internal(40, "exc_value"), internal(56, "origin_or_finalizer")}}},
    {"async_generator", since(8).until(9), 120, kGeneratorWithFrameObject,
     {{{16, "ag_frame"}, {32, "ag_code"}, {48, "__name__"},
       with_role(Field{56, "__qualname__"}, Role::kName), internal(64, "exc_type"),
       internal(72, "exc_value"), internal(80, "exc_traceback"), internal(96, "finalizer")}}},
    {"async_generator", only_in(10), 112, kGeneratorWithFrameObject,
     {{{16, "ag_frame"}, {24, "ag_code"}, {40, "__name__"},
       with_role(Field{48, "__qualname__"}, Role::kName), internal(56, "exc_type"),
       internal(64, "exc_value"), internal(72, "exc_traceback"), internal(88, "finalizer")}}},
    {"async_generator", only_in(11), 152, kGenerator,
     {{{16, "ag_code"}, {32, "__name__"}, with_role(Field{40, "__qualname__"}, Role::kName),
       internal(48, "exc_value"), internal(64, "origin_or_finalizer")}}},
    {"async_generator", since(12).until(13), 144, kGenerator,
     {{{24, "__name__"}, with_role(Field{32, "__qualname__"}, Role::kName),
       internal(40, "exc_value"), internal(56, "origin_or_finalizer")}}},
    {"async_generator", since(14), 152, kGenerator,
     {{{24, "__name__"}, with_role(Field{32, "__qualname__"}, Role::kName),
       internal(40, "exc_value"), internal(56, "origin_or_finalizer")}}},
    {"coroutine_wrapper", since(8), 24, {}, {{internal(16, "coroutine")}}},
    {"async_generator_asend", since(8), 40, {},
     {{internal(16, "generator"), internal(24, "sent_value")}}},
    {"async_generator_athrow", since(8), 40, {},
     {{internal(16, "generator"), internal(24, "arguments")}}},
    {"async_generator_wrapped_value", since(8), 24, {}, {{internal(16, "value")}}},
    {"anext_awaitable", since(10), 32, {},
     {{internal(16, "wrapped"), internal(24, "default_value")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> generator_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
