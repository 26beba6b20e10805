#pragma once

#include "dump/cpython/layout.h"
#include "dump/cpython/memory_image.h"

namespace heapscan::dump::cpython {

/// Reads out of the image of a program that runs a known version of CPython: with the memory goes
/// the layout of that version's structures.
class ObjectReader : public ImageReader {
 public:
  /// The arguments must outlive the reader.
  ObjectReader(const MemoryImage& image, const Layout& layout)
      : ImageReader(image), layout_(&layout) {}

  [[nodiscard]] const Layout& layout() const { return *layout_; }

 private:
  const Layout* layout_;
};

}  // namespace heapscan::dump::cpython
