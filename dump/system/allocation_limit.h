#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace heapscan::dump {

/// While it exists, this process cannot take more memory than is available (available_memory()):
/// an allocation that would not fit throws std::bad_alloc, where otherwise the system would end
/// some process for lack of memory, perhaps not this one. Concerns all threads; one at a time.
class AllocationLimit {
 public:
  AllocationLimit();
  ~AllocationLimit();
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;
  AllocationLimit(AllocationLimit&&) = delete;
  AllocationLimit& operator=(AllocationLimit&&) = delete;

  /// What was available when it was made, in bytes.
  [[nodiscard]] std::uint64_t available() const { return available_; }

 private:
  std::uint64_t available_;
  rlimit before_ = {};
  bool set_ = false;
};

}  // namespace heapscan::dump
