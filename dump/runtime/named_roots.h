#pragma once

#include <map>
#include <string>
#include <string_view>

#include "dump/runtime/objects/ref.h"

namespace heapscan::dump::runtime {

/// Objects that a program keeps alive under names, with a counted reference to each.
class NamedRoots {
 public:
  using Table = std::map<std::string, Object*, std::less<>>;

  NamedRoots() = default;
  NamedRoots(const NamedRoots&) = delete;
  NamedRoots& operator=(const NamedRoots&) = delete;
  NamedRoots(NamedRoots&&) = delete;
  NamedRoots& operator=(NamedRoots&&) = delete;
  ~NamedRoots() = default;

  /// Replaces any object that has the name.
  void set(std::string_view name, Object* object);

  /// Empty if there is none.
  [[nodiscard]] Ref find(std::string_view name) const;

  /// Drops all of them, one by one.
  void clear();

  [[nodiscard]] const Table& all() const { return table_; }

 private:
  Table table_;
};

}  // namespace heapscan::dump::runtime
