#include "dump/diagnostics.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace heapscan::dump {
namespace {

struct CodeTraits {
  DiagnosticCode code;
  std::string_view word;
  Severity severity;
};

constexpr std::array kCodes = {
    CodeTraits{DiagnosticCode::kDamagedHeader, "damaged-header", Severity::kInfo},
    CodeTraits{DiagnosticCode::kDamagedFooter, "damaged-footer", Severity::kInfo},
    CodeTraits{DiagnosticCode::kDamagedTable, "damaged-table", Severity::kInfo},
    CodeTraits{DiagnosticCode::kDamagedPadding, "damaged-padding", Severity::kInfo},
    CodeTraits{DiagnosticCode::kCutShort, "cut-short", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kNewerFormat, "newer-format", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kUnknownSection, "unknown-section", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostFacts, "lost-facts", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostRefcounts, "lost-refcounts", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostFlags, "lost-flags", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostSites, "lost-sites", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostHashes, "lost-hashes", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostLabels, "lost-labels", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostWeakReferences, "lost-weak-references", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostRoots, "lost-roots", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostValues, "lost-values", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostStrings, "lost-strings", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostTypes, "lost-types", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostThreads, "lost-threads", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostFrames, "lost-frames", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kLostRegions, "lost-regions", Severity::kDataLoss},
    CodeTraits{DiagnosticCode::kReachabilityUnknown, "reachability-unknown", Severity::kError},
};

const CodeTraits& traits(DiagnosticCode code) {
  return kCodes.at(static_cast<std::size_t>(code));
}

}  // namespace

std::string_view to_string(Severity severity) {
  constexpr std::array<std::string_view, 3> kWords = {"info", "data-loss", "error"};
  return kWords.at(static_cast<std::size_t>(severity));
}

std::string_view to_string(DiagnosticCode code) {
  return traits(code).word;
}

Severity severity_of(DiagnosticCode code) {
  return traits(code).severity;
}

void Diagnostics::add(Diagnostic diagnostic) {
  const auto same = std::find_if(rows_.begin(), rows_.end(), [&](const Diagnostic& row) {
    return row.code == diagnostic.code;
  });
  if (same != rows_.end()) {
    same->count += diagnostic.count;
    return;
  }
  rows_.push_back(std::move(diagnostic));
}

bool Diagnostics::has(DiagnosticCode code) const {
  return std::any_of(rows_.begin(), rows_.end(),
                     [code](const Diagnostic& row) { return row.code == code; });
}

bool Diagnostics::has_loss() const {
  return std::any_of(rows_.begin(), rows_.end(), [](const Diagnostic& row) {
    return severity_of(row.code) != Severity::kInfo;
  });
}

}  // namespace heapscan::dump
