#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace heapscan::dump {

/// While one exists, this process cannot allocate more memory than is available (see
/// available_memory()): an allocation that does not fit throws std::bad_alloc, where otherwise the
/// kernel would kill a process, perhaps another one, for lack of memory. Applies to all threads; at
/// most one may exist at a time.
class AllocationLimit {
 public:
  AllocationLimit();
  ~AllocationLimit();
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;
  AllocationLimit(AllocationLimit&&) = delete;
  AllocationLimit& operator=(AllocationLimit&&) = delete;

  /// How many bytes were available when it was created.
  [[nodiscard]] std::uint64_t available() const { return available_; }

 private:
  std::uint64_t available_;
  rlimit before_ = {};
  bool set_ = false;
};

}  // namespace heapscan::dump
