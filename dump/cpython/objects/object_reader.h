#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/layouts/layout.h"
#include "dump/cpython/target/memory_image.h"

namespace heapscan::dump::cpython {

/// Reads out of the image of a program that runs a known version of CPython: with the memory go the
/// layout of that version's structures and the interpreters, which have a part of what objects
/// mean.
class ObjectReader : public ImageReader {
 public:
  /// `runtime` is the address of _PyRuntime. The other arguments must outlive the reader.
  ObjectReader(const MemoryImage& image, const Layout& layout, std::uint64_t runtime);

  [[nodiscard]] const Layout& layout() const { return *layout_; }

  /// Addresses of the interpreters' states, the main one last. May be empty.
  [[nodiscard]] const std::vector<std::uint64_t>& interpreters() const { return interpreters_; }

  /// The main interpreter's; 0 when there is none.
  [[nodiscard]] std::uint64_t main_interpreter() const {
    return interpreters_.empty() ? 0 : interpreters_.back();
  }

  /// " of interpreter 3", to be put behind the name of what is in that interpreter; nothing for the
  /// main one.
  [[nodiscard]] std::string of_interpreter(std::uint64_t interpreter) const;

  /// Addresses of the cycle collectors (struct _gc_runtime_state), the main interpreter's first:
  /// each interpreter has one of its own, or all share it. An interpreter that is being made has
  /// none yet.
  [[nodiscard]] const std::vector<std::uint64_t>& collectors() const { return collectors_; }

  /// The address of _PyRuntime.
  [[nodiscard]] std::uint64_t runtime() const { return runtime_; }

  /// A reference of a frame.
  struct StackReference {
    std::uint64_t object = 0;  ///< 0 when there is none: a null, or a number in its place.
    bool counted = true;       ///< False when another reference counts for it.
  };

  [[nodiscard]] StackReference stack_reference(std::uint64_t place) const;

  /// The reference count of the object at `object`, with what marks it as immortal.
  [[nodiscard]] std::uint64_t refcount(std::uint64_t object) const;

  /// Whether an object that has this reference count is never freed.
  [[nodiscard]] bool is_immortal(std::uint64_t refcount) const;

  /// The dict of the type at `type`; 0 when it has none. Of a static type that each interpreter has
  /// a dict for, the main interpreter's if that one knows the type.
  [[nodiscard]] std::uint64_t type_dict(std::uint64_t type) const;

  /// The dict of the subclasses of the type at `type`; 0 when it has none. Likewise.
  [[nodiscard]] std::uint64_t type_subclasses(std::uint64_t type) const;

  /// What the state of an interpreter has of a static type, in place of the type itself.
  struct StaticType {
    std::uint64_t type = 0;
    std::uint64_t dict = 0;
    std::uint64_t subclasses = 0;
  };

  /// Of all static types that `interpreter` knows; none when types have all of their own.
  [[nodiscard]] std::vector<StaticType> static_types(std::uint64_t interpreter) const;

 private:
  [[nodiscard]] bool keeps_little(std::uint64_t type) const;
  [[nodiscard]] StaticType static_type(std::uint64_t type) const;
  [[nodiscard]] StaticType static_type_in(std::uint64_t interpreter, std::uint64_t type) const;

  const Layout* layout_;
  std::uint64_t runtime_;
  std::vector<std::uint64_t> interpreters_;
  std::vector<std::uint64_t> collectors_;
};

}  // namespace heapscan::dump::cpython
