#pragma once

#include "dump/diagnostics.h"
#include "dump/heap.h"
#include "formats/hsd/hsd_layout.h"
#include "formats/hsd/hsd_salvage.h"

namespace heapscan::formats::hsd {

/// Whether a heap is useless without this section: one of those that say what the objects are and
/// how they refer to one another.
[[nodiscard]] bool is_essential(SectionKind kind);

/// Makes the columns of a salvaged file consistent without the lost ones, and adds to their
/// diagnostics what is lost and what that means. Invents nothing that could be mistaken for a fact:
/// what is not known is empty, "[lost]", or reported as unknown; no object counts as garbage unless
/// the dump proves it.
///
/// `targets_need_types`: the targets were packed by a filter that needs the types to undo it.
/// Requires: no essential section is lost. Throws Error(kBadInput) for columns that no heap can
/// have.
void repair(dump::HeapColumns& columns, const LostSections& lost, bool targets_need_types);

}  // namespace heapscan::formats::hsd
