#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapscan::dump {

enum class Severity : std::uint8_t {
  kInfo,      ///< Nothing is missing.
  kDataLoss,  ///< Something that the program or the dump contained is missing.
  kError,     ///< So much is missing that a whole kind of question has no answer.
};

/// "info", "data-loss", "error".
[[nodiscard]] std::string_view to_string(Severity severity);

enum class DiagnosticCode : std::uint8_t {
  kDamagedHeader,
  kDamagedFooter,
  kDamagedTable,
  kDamagedPadding,
  kCutShort,
  kNewerFormat,
  kUnknownSection,
  kLostFacts,
  kLostRefcounts,
  kLostFlags,
  kLostSites,
  kLostHashes,
  kLostLabels,
  kLostWeakReferences,
  kLostRoots,
  kLostValues,
  kLostStrings,
  kLostTypes,
  kLostThreads,
  kLostFrames,
  kLostRegions,
  kReachabilityUnknown,
};

/// "lost-roots": the word used in JSON and SQL.
[[nodiscard]] std::string_view to_string(DiagnosticCode code);

[[nodiscard]] Severity severity_of(DiagnosticCode code);

/// Something a reader noticed about a file that it could read only in part.
struct Diagnostic {
  DiagnosticCode code = DiagnosticCode::kCutShort;
  std::uint64_t count = 0;  ///< How often; rows, objects or references as the text says.
  std::optional<std::uint64_t> offset;  ///< Of the first occurrence, in bytes from the beginning.
  std::string text;                     ///< What it means for the answers, in one line.

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// Damage that was survived: counted, not logged, and kept with the heap. Empty for a heap that was
/// captured, or read from an undamaged file.
class Diagnostics {
 public:
  /// A second diagnostic with the same code adds to the count of the first.
  void add(Diagnostic diagnostic);

  /// In the order in which the codes first occurred.
  [[nodiscard]] const std::vector<Diagnostic>& rows() const { return rows_; }

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  [[nodiscard]] bool has(DiagnosticCode code) const;

  /// Whether anything is missing.
  [[nodiscard]] bool has_loss() const;

 private:
  std::vector<Diagnostic> rows_;
};

}  // namespace heapscan::dump
