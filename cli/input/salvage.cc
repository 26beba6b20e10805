#include "cli/input/salvage.h"

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::cli {
namespace {

using dump::DiagnosticCode;

/// Throws if the heap has the diagnostic.
void reject_if_lost(DiagnosticCode code, const dump::Heap& heap, const std::string& what) {
  for (const dump::Diagnostic& diagnostic : heap.diagnostics().rows()) {
    if (diagnostic.code == code) {
      throw Error(ErrorKind::kBadInput,
                  what + ": not available for this salvaged dump: " + diagnostic.text);
    }
  }
}

}  // namespace

std::vector<std::string> losses_of(const dump::Heap& heap) {
  std::vector<std::string> losses;
  for (const dump::Diagnostic& diagnostic : heap.diagnostics().rows()) {
    losses.push_back(diagnostic.offset
                         ? fmt::format("{} (at byte {})", diagnostic.text, *diagnostic.offset)
                         : diagnostic.text);
  }
  return losses;
}

bool knows_garbage(const dump::Heap& heap) {
  return !heap.diagnostics().has(DiagnosticCode::kReachabilityUnknown);
}

void require_names(const dump::Heap& heap, const std::string& what) {
  for (const DiagnosticCode code :
       {DiagnosticCode::kLostTypes, DiagnosticCode::kLostStrings, DiagnosticCode::kLostLabels}) {
    reject_if_lost(code, heap, what);
  }
}

void require_garbage(const dump::Heap& heap, const std::string& what) {
  reject_if_lost(DiagnosticCode::kReachabilityUnknown, heap, what);
}

}  // namespace heapscan::cli
