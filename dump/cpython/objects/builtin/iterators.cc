#include "dump/cpython/objects/builtin/families.h"

// Iterators that are not tied to one type of container.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"iterator", since(8), 32, {}, {{internal(24, "sequence")}}},
    {"callable_iterator", since(8), 32, {}, {{internal(16, "callable"), internal(24, "sentinel")}}},
    {"reversed", since(8), 32, {}, {{internal(24, "sequence")}}},
    {"enumerate", since(8).until(10), 48, {},
     {{internal(24, "iterator"), internal(32, "result"), internal(40, "index")}}},
    {"enumerate", since(11), 56, {},
     {{internal(24, "iterator"), internal(32, "result"), internal(40, "index"),
       internal(48, "one")}}},
    {"zip", since(8).until(9), 40, {}, {{internal(24, "iterators"), internal(32, "result")}}},
    {"zip", since(10), 48, {}, {{internal(24, "iterators"), internal(32, "result")}}},
    {"map", since(8).until(13), 32, {}, {{internal(16, "iterators"), internal(24, "function")}}},
    {"map", since(14), 40, {}, {{internal(16, "iterators"), internal(24, "function")}}},
    {"filter", since(8), 32, {}, {{internal(16, "function"), internal(24, "iterator")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> iterator_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
