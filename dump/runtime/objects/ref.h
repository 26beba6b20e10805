#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/object_header.h"

namespace heapscan::dump::runtime {

/// A borrowed reference to an object: it is not counted, and is valid for as long as something else
/// holds the object. May be empty.
class View {
 public:
  View() = default;

  explicit View(Object* object) : object_(object) {}

  [[nodiscard]] Object* get() const { return object_; }

  [[nodiscard]] explicit operator bool() const { return object_ != nullptr; }

  /// Whether both are the same object.
  friend bool operator==(View, View) = default;

 private:
  Object* object_ = nullptr;
};

/// A counted reference to an object from the program. May be empty.
///
/// In a dump these references are the surplus of the objects' reference counts: roots of kind
/// native. Every Ref must be destroyed before its Runtime. Thread rule: that of the runtime, which
/// copying does not check.
class Ref {
 public:
  Ref() = default;

  /// Adds a reference to a borrowed object.
  explicit Ref(View view) : object_(view.get()) { retain(object_); }

  /// Takes ownership of a reference that is already counted.
  [[nodiscard]] static Ref adopt(Object* object) {
    Ref ref;
    ref.object_ = object;
    return ref;
  }

  Ref(const Ref& other) : object_(other.object_) { retain(object_); }

  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}

  Ref& operator=(const Ref& other) {
    Ref copy(other);
    std::swap(object_, copy.object_);
    return *this;
  }

  Ref& operator=(Ref&& other) noexcept {
    Ref moved(std::move(other));
    std::swap(object_, moved.object_);
    return *this;
  }

  ~Ref() { reset(); }

  /// Drops the reference: the object dies here if it was the last one.
  void reset() noexcept { drop(std::exchange(object_, nullptr)); }

  /// Releases the object; the caller now owns the reference.
  [[nodiscard]] Object* release() { return std::exchange(object_, nullptr); }

  // NOLINTNEXTLINE(google-explicit-constructor): a Ref is passed wherever an object is borrowed.
  operator View() const& { return View(object_); }

  [[nodiscard]] Object* get() const { return object_; }

  [[nodiscard]] explicit operator bool() const { return object_ != nullptr; }

  /// Whether both are the same object.
  friend bool operator==(const Ref& a, const Ref& b) { return a.object_ == b.object_; }

 private:
  Object* object_ = nullptr;
};

}  // namespace heapscan::dump::runtime
