#pragma once

#include <cstdint>

#include "dump/runtime/objects/object_header.h"

namespace heapscan::dump::runtime {

/// A doubly linked list of containers through their GcHeads: a ring in which the list itself is one
/// head, so that an object can be unlinked without knowing its list. Owns nothing.
///
///     for (GcHead* head = list.first(); head != list.end(); head = head->next)
class GcList {
 public:
  GcList() { clear(); }

  GcList(const GcList&) = delete;
  GcList& operator=(const GcList&) = delete;
  GcList(GcList&&) = delete;
  GcList& operator=(GcList&&) = delete;
  ~GcList() = default;

  [[nodiscard]] bool empty() const { return ring_.next == &ring_; }

  /// end() if the list is empty.
  [[nodiscard]] GcHead* first() const { return ring_.next; }

  /// The head that follows the last object, and precedes the first.
  [[nodiscard]] const GcHead* end() const { return &ring_; }

  [[nodiscard]] GcHead* end() { return &ring_; }

  void append(GcHead* head) {
    GcHead* const last = ring_.previous_head();
    head->set_previous(last);
    head->next = &ring_;
    last->next = head;
    ring_.set_previous(head);
  }

  /// Removes the object from whichever list it is in.
  static void unlink(GcHead* head) {
    head->previous_head()->next = head->next;
    head->next->previous = head->previous;
  }

  /// Moves all of `other` to the end.
  void append_all(GcList& other) {
    if (other.empty()) {
      return;
    }
    GcHead* const last = ring_.previous_head();
    last->next = other.ring_.next;
    other.ring_.next->set_previous(last);
    other.ring_.previous_head()->next = &ring_;
    ring_.previous = other.ring_.previous;
    other.clear();
  }

  /// Cost: a walk over the list.
  [[nodiscard]] std::uint64_t size() const {
    std::uint64_t count = 0;
    for (const GcHead* head = first(); head != end(); head = head->next) {
      ++count;
    }
    return count;
  }

 private:
  void clear() {
    ring_.next = &ring_;
    ring_.set_previous(&ring_);
  }

  GcHead ring_;
};

}  // namespace heapscan::dump::runtime
