#include "dump/runtime/named_roots.h"

#include "dump/runtime/objects/counting.h"

namespace heapscan::dump::runtime {

void NamedRoots::set(std::string_view name, Object* object) {
  assign(table_.emplace(name, nullptr).first->second, object);
}

Ref NamedRoots::find(std::string_view name) const {
  const auto found = table_.find(name);
  return found == table_.end() ? Ref() : Ref(View(found->second));
}

void NamedRoots::clear() {
  while (!table_.empty()) {
    drop(table_.extract(table_.begin()).mapped());
  }
}

}  // namespace heapscan::dump::runtime
