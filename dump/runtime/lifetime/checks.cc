#include "dump/runtime/lifetime/checks.h"

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::dump::runtime {

void throw_wrong_thread() {
  throw Error(ErrorKind::kUsage, "a runtime is used in a thread that did not create it");
}

void throw_no_object() {
  throw Error(ErrorKind::kUsage, "expected an object, but there is none");
}

void throw_wrong_kind(const Object* object, Kind expected) {
  throw Error(ErrorKind::kUsage,
              fmt::format("expected '{}', got '{}'", heap_of(object).type(expected).name,
                          object->type->name));
}

}  // namespace heapscan::dump::runtime
