#include "tests/unit/analysis/mixed_heap.h"

#include <array>
#include <random>
#include <string_view>
#include <vector>

#include "tests/support/heap_dsl.h"

namespace heapscan::tests {
namespace {

class MixedSketch {
 public:
  MixedSketch(std::uint32_t seed, const MixedHeapShape& shape) : random_(seed) {
    const std::uint32_t objects = 1 + below(shape.most_objects);
    for (std::uint32_t row = 0; row < objects; ++row) {
      add_object();
    }
    const std::uint32_t references = below(1 + shape.density * objects);
    for (std::uint32_t row = 0; row < references; ++row) {
      add_reference();
    }
    const std::uint32_t roots = below(1 + shape.most_roots);
    for (std::uint32_t row = 0; row < roots; ++row) {
      add_root();
    }
  }

  [[nodiscard]] dump::Heap heap() const { return sketch_.heap(); }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  template <std::size_t N>
  std::string_view one_of(const std::array<std::string_view, N>& texts) {
    return texts.at(below(N));
  }

  HeapSketch::Node any() { return nodes_[below(static_cast<std::uint32_t>(nodes_.size()))]; }

  void add_object() {
    static constexpr std::array<std::string_view, 6> kTypes = {"dict",     "list", "app.Node",
                                                               "app.Leaf", "str",  "tuple"};
    const std::string_view type = one_of(kTypes);
    dump::ObjectFlags flags;
    if (below(8) == 0) {
      flags.set(dump::ObjectFlags::kHasFinalizer);
    }
    nodes_.push_back(sketch_.object(type, std::uint64_t{16} + below(64), flags));
    if (type == "str") {
      static constexpr std::array<std::string_view, 3> kValues = {"left", "right", "u-17"};
      sketch_.value(nodes_.back(), one_of(kValues));
    }
  }

  void add_reference() {
    static constexpr std::array<std::string_view, 4> kNames = {"__dict__", "left", "right", "next"};
    switch (below(4)) {
      case 0:
      case 1: {
        const auto source = any();
        sketch_.attribute(source, any(), one_of(kNames));
        break;
      }
      case 2: {
        const auto source = any();
        sketch_.item(source, any(), below(5));
        break;
      }
      default: {
        const auto source = any();
        const auto key = any();
        sketch_.entry(source, key, any());
        break;
      }
    }
  }

  void add_root() {
    using enum dump::RootKind;
    static constexpr std::array<dump::RootKind, 5> kKinds = {kFrame, kInterpreter, kBuiltin,
                                                             kNative, kGlobal};
    sketch_.root(any(), kKinds.at(below(kKinds.size())), "root");
  }

  std::mt19937 random_;
  HeapSketch sketch_;
  std::vector<HeapSketch::Node> nodes_;
};

}  // namespace

dump::Heap mixed_heap(std::uint32_t seed, const MixedHeapShape& shape) {
  return MixedSketch(seed, shape).heap();
}

}  // namespace heapscan::tests
