#pragma once

#include <utility>

#include "dump/runtime/objects/object_header.h"

// Reference counting. Each function accepts nullptr for no object.

namespace heapscan::dump::runtime {

inline void retain(Object* object) {
  if (object != nullptr) {
    ++object->word;
  }
}

/// Drops one reference: the object dies here if it was the last one.
inline void drop(Object* object) noexcept {
  if (object != nullptr && (--object->word & Object::kCountMask) == 0) {
    object->type->die(object);
  }
}

/// Stores a reference to `value` in the place, and drops what was there.
inline void assign(Object*& place, Object* value) {
  retain(value);
  drop(std::exchange(place, value));
}

}  // namespace heapscan::dump::runtime
