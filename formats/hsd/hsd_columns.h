#pragma once

#include "dump/heap.h"
#include "formats/hsd/hsd_layout.h"

namespace heapscan::formats::hsd {

/// Calls visit(SectionKind, column) for each column of the heap, in the order of their sections.
/// `columns` may be const. The facts, which are not a column, are left out.
template <class Columns, class Visit>
void for_each_column(Columns& columns, Visit&& visit) {
  visit(SectionKind::kAddress, columns.address);
  visit(SectionKind::kType, columns.type);
  visit(SectionKind::kSize, columns.size);
  visit(SectionKind::kRefcount, columns.refcount);
  visit(SectionKind::kFlags, columns.flags);
  visit(SectionKind::kSite, columns.site);
  visit(SectionKind::kContentHash, columns.content_hash);
  visit(SectionKind::kReferenceBegin, columns.reference_begin);
  visit(SectionKind::kTarget, columns.target);
  visit(SectionKind::kKind, columns.kind);
  visit(SectionKind::kLabel, columns.label);
  visit(SectionKind::kWeak, columns.weak);
  visit(SectionKind::kRoot, columns.root);
  visit(SectionKind::kValueObject, columns.value_object);
  visit(SectionKind::kValueBegin, columns.value_text.begin);
  visit(SectionKind::kValueText, columns.value_text.text);
  visit(SectionKind::kStringBegin, columns.strings.begin);
  visit(SectionKind::kStringText, columns.strings.text);
  visit(SectionKind::kTypes, columns.types);
  visit(SectionKind::kThreads, columns.threads);
  visit(SectionKind::kFrames, columns.frames);
  visit(SectionKind::kSites, columns.sites);
  visit(SectionKind::kRegions, columns.regions);
}

}  // namespace heapscan::formats::hsd
