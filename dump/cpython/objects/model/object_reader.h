#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/layouts/layout.h"
#include "dump/cpython/target/address.h"
#include "dump/cpython/target/memory_image.h"

namespace heapscan::dump::cpython {

/// Reads from the image of a program that runs a known version of CPython: in addition to the
/// memory it knows the layout of that version's structures and the interpreters, which store a part
/// of the state of objects.
class ObjectReader : public ImageReader {
 public:
  /// `runtime` is the address of _PyRuntime. The other arguments must outlive the reader.
  ObjectReader(const MemoryImage& image, const Layout& layout, Address runtime);

  [[nodiscard]] const Layout& layout() const { return *layout_; }

  /// Addresses of the interpreters' states, the main one last. May be empty.
  [[nodiscard]] const std::vector<Address>& interpreters() const { return interpreters_; }

  /// The main interpreter's; null if there is none.
  [[nodiscard]] Address main_interpreter() const {
    return interpreters_.empty() ? Address{} : interpreters_.back();
  }

  /// " of interpreter 3", to follow the name of something in that interpreter; empty for the main
  /// one.
  [[nodiscard]] std::string of_interpreter(Address interpreter) const;

  /// Addresses of the cycle collectors (struct _gc_runtime_state), the main interpreter's first:
  /// each interpreter has its own, or all share one. An interpreter that is being created has none
  /// yet.
  [[nodiscard]] const std::vector<Address>& collectors() const { return collectors_; }

  /// The address of _PyRuntime.
  [[nodiscard]] Address runtime() const { return runtime_; }

  /// The reference count of the object at `object`, including the bits that mark it as immortal.
  [[nodiscard]] std::uint64_t refcount(Address object) const;

  /// Whether an object with this reference count is never freed.
  [[nodiscard]] bool is_immortal(std::uint64_t refcount) const;

 private:
  const Layout* layout_;
  Address runtime_;
  std::vector<Address> interpreters_;
  std::vector<Address> collectors_;
};

}  // namespace heapscan::dump::cpython
