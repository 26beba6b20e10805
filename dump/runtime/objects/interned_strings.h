#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_set>

#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {

/// Strings that exist as a single object for all equal ones. Holds no references: a string that
/// dies must be erased. Exactly the members have Object::kInterned set.
class InternedStrings {
 public:
  /// nullptr if there is none.
  [[nodiscard]] StrObject* find(std::string_view text) const {
    const auto found = strings_.find(text);
    return found == strings_.end() ? nullptr : *found;
  }

  /// The member that equals the string; the string itself is added if there is none.
  StrObject* intern(StrObject* string) {
    const auto [found, is_new] = strings_.insert(string);
    if (is_new) {
      string->set(Object::kInterned);
    }
    return *found;
  }

  void erase(StrObject* string) { strings_.erase(string); }

 private:
  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }

    std::size_t operator()(const StrObject* string) const { return (*this)(string->view()); }
  };

  struct Equal {
    using is_transparent = void;

    static std::string_view view(std::string_view text) { return text; }

    static std::string_view view(const StrObject* string) { return string->view(); }

    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return view(a) == view(b);
    }
  };

  std::unordered_set<StrObject*, Hash, Equal> strings_;
};

}  // namespace heapscan::dump::runtime
