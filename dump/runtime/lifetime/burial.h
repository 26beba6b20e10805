#pragma once

#include "dump/runtime/objects/object_header.h"

namespace heapscan::dump::runtime {

/// Objects that died but are not freed yet, linked through their GcHeads.
class DeadList {
 public:
  [[nodiscard]] bool empty() const { return first_ == nullptr; }

  void push_front(GcHead* head) {
    head->next = first_;
    first_ = head;
    last_ = last_ == nullptr ? head : last_;
  }

  GcHead* pop_front() {
    GcHead* const head = first_;
    first_ = head->next;
    last_ = first_ == nullptr ? nullptr : last_;
    head->next = nullptr;
    return head;
  }

  /// Moves all of `other` to the front.
  void splice_front(DeadList& other) {
    if (other.empty()) {
      return;
    }
    other.last_->next = first_;
    last_ = last_ == nullptr ? other.last_ : last_;
    first_ = other.first_;
    other = DeadList();
  }

 private:
  GcHead* first_ = nullptr;
  GcHead* last_ = nullptr;
};

/// The deallocator's state: see dying.cc.
struct Burial {
  bool active = false;
  DeadList pending;
};

}  // namespace heapscan::dump::runtime
