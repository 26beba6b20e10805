#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace heapscan {

/// What kind of failure it is. The command line maps each kind to one documented exit code.
enum class ErrorKind {
  kUsage,     ///< The request is invalid: an unknown type, contradictory limits.
  kBadInput,  ///< A file cannot be read, is damaged, or has an unknown format.
  kOutput,    ///< A result cannot be written.
  kTarget,    ///< The process or core to be captured cannot be read.
  kInternal,  ///< A contract within heapscan was violated: a bug.
};

/// The one exception type of heapscan. `what()` says what happened, where (file and byte, or
/// process), and what to do about it, in one line without a trailing period.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

/// "open /tmp/a.hsd: No such file or directory", from the errno value of a failed system call.
[[nodiscard]] std::string system_error_text(std::string_view action, int error_number);

}  // namespace heapscan
