#include "dump/cpython/objects/exit_callbacks.h"

namespace heapscan::dump::cpython {

std::vector<std::uint64_t> exit_callbacks(const ObjectReader& reader, std::uint64_t place) {
  constexpr std::uint64_t kMostCallbacks = 1U << 20U;
  constexpr std::uint64_t kObjectsOfCallback = 3;  // atexit_callback: {func, args, kwargs}
  std::vector<std::uint64_t> objects;
  const std::uint64_t array = reader.pointer(place);
  const std::uint64_t count = reader.read_or<std::uint32_t>(place + 8, 0);
  for (std::uint64_t row = 0; array != 0 && row < count && count < kMostCallbacks; ++row) {
    const std::uint64_t callback = reader.pointer(array + row * 8);
    for (std::uint64_t field = 0; callback != 0 && field < kObjectsOfCallback; ++field) {
      if (const std::uint64_t object = reader.pointer(callback + field * 8); object != 0) {
        objects.push_back(object);
      }
    }
  }
  return objects;
}

}  // namespace heapscan::dump::cpython
