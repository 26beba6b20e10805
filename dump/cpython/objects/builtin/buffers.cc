#include "dump/cpython/objects/builtin/families.h"

// memoryview and the buffer protocol.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"memoryview", since(8), 144, {}, {{internal(24, "buffer")}}},
    {"managedbuffer", since(8), 112, {}, {{internal(40, "exporter")}}},
    {"_buffer_wrapper", since(12), 32, {}, {{internal(16, "buffer"), internal(24, "exporter")}}},
    {"pickle.PickleBuffer", since(8), 104, {}, {{internal(24, "exporter")}}},
    {"memory_iterator", since(10), 48, {}, {{internal(24, "sequence")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> buffer_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
