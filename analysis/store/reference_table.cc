#include <algorithm>
#include <vector>

#include "analysis/store/dump_table.h"
#include "analysis/store/tables.h"

namespace heapscan::analysis::store {
namespace {

using dump::ObjectId;
using dump::ReferenceKind;

/// The columns, in the order of the schema.
enum ReferenceColumn : int { kDumpId, kSourceId, kOrdinal, kTargetId, kKind, kLabel };

enum ReferenceAccess : int { kAll, kBySource, kByTarget };

/// Rows are the strong references, followed by the weak ones.
class ReferenceCursor : public DumpCursor {
 public:
  using DumpCursor::DumpCursor;

  void column(int column, Cell& cell) override;

 protected:
  std::uint64_t find_rows(QueriedDump& dump, int access, std::int64_t value) override;

  [[nodiscard]] std::uint64_t row() const override {
    return listed_.empty() ? position() : listed_[position()];
  }

 private:
  void list_source(ObjectId source);
  void list_target(ObjectId target);
  /// The source of the strong reference at `row`.
  [[nodiscard]] ObjectId source_of(std::uint64_t row);
  void weak_column(int column, std::uint64_t weak_row, Cell& cell);

  HeapAnswers* answers_ = nullptr;
  const dump::HeapColumns* columns_ = nullptr;
  std::uint64_t strong_ = 0;
  std::vector<std::uint64_t> listed_;  // The rows; empty for all of them.
  std::uint32_t source_ = 0;           // That of the last row: the next usually has the same.
};

std::uint64_t ReferenceCursor::find_rows(QueriedDump& dump, int access, std::int64_t value) {
  answers_ = &dump.answers();
  columns_ = &answers_->heap().columns();
  strong_ = answers_->heap().reference_count();
  listed_.clear();
  source_ = 0;
  if (access == kAll) {
    return strong_ + columns_->weak.size();
  }
  if (value < 0 || value >= answers_->heap().object_count()) {
    return 0;
  }
  const ObjectId object(static_cast<std::uint32_t>(value));
  if (access == kBySource) {
    list_source(object);
  } else {
    list_target(object);
  }
  return listed_.size();
}

void ReferenceCursor::list_source(ObjectId source) {
  const auto begin = columns_->reference_begin.span();
  for (std::uint64_t row = begin[source.value()]; row < begin[source.value() + 1]; ++row) {
    listed_.push_back(row);
  }
  const auto weak = answers_->heap().weak_references(source);
  for (const dump::WeakReference& reference : weak) {
    listed_.push_back(strong_ +
                      static_cast<std::uint64_t>(&reference - columns_->weak.span().data()));
  }
  source_ = source.value();
}

void ReferenceCursor::list_target(ObjectId target) {
  for (const dump::Referrer& referrer : answers_->heap().referrers(target)) {
    listed_.push_back(columns_->reference_begin[referrer.source.value()] + referrer.ordinal);
  }
  for (const std::uint32_t weak : answers_->weak_by_target().group(target.value())) {
    listed_.push_back(strong_ + weak);
  }
}

ObjectId ReferenceCursor::source_of(std::uint64_t row) {
  const auto begin = columns_->reference_begin.span();
  if (row < begin[source_]) {
    source_ = 0;
  }
  constexpr std::uint32_t kNear = 8;
  for (std::uint32_t step = 0; step < kNear; ++step) {
    if (row < begin[source_ + 1]) {
      return ObjectId(source_);
    }
    ++source_;
  }
  const auto above = std::upper_bound(begin.begin() + source_, begin.end(), row);
  source_ = static_cast<std::uint32_t>(above - begin.begin() - 1);
  return ObjectId(source_);
}

void ReferenceCursor::column(int column, Cell& cell) {
  const std::uint64_t at = row();
  if (column == kDumpId) {
    return cell.set(dump().id());
  }
  if (at >= strong_) {
    return weak_column(column, at - strong_, cell);
  }
  switch (column) {
    case kSourceId:
      return cell.set(source_of(at).value());
    case kOrdinal:
      return cell.set(
          static_cast<std::int64_t>(at - columns_->reference_begin[source_of(at).value()]));
    case kTargetId:
      return cell.set(columns_->target[at].value());
    case kKind:
      return cell.set(static_cast<std::int64_t>(columns_->kind[at]));
    default:
      // A reference from an instance to its type has no label.
      return cell.set_known(columns_->kind[at] != ReferenceKind::kType, columns_->label[at]);
  }
}

void ReferenceCursor::weak_column(int column, std::uint64_t weak_row, Cell& cell) {
  const dump::WeakReference& weak = columns_->weak[weak_row];
  switch (column) {
    case kSourceId:
      return cell.set(weak.source.value());
    case kOrdinal: {
      // Their ordinals continue those of the strong references of the source.
      const auto* const first = answers_->heap().weak_references(weak.source).data();
      return cell.set(std::int64_t{answers_->heap().out_degree(weak.source)} + (&weak - first));
    }
    case kTargetId:
      return cell.set(weak.target.value());
    case kKind:
      return cell.set(kWeakKind);
    default:
      return cell.set_known(weak.label.has_value(),
                            weak.label.has_value() ? weak.label.value() : 0);
  }
}

class ReferenceTable : public DumpTable {
 public:
  explicit ReferenceTable(QueriedDumps& dumps) : DumpTable(kReferenceTable, dumps) {}

  [[nodiscard]] std::unique_ptr<Cursor> open() override {
    return std::make_unique<ReferenceCursor>(dumps());
  }

 protected:
  [[nodiscard]] std::vector<Access> accesses() const override {
    double references = 1;
    double per_object = 1;
    for (QueriedDump& dump : dumps()) {
      const auto count = static_cast<double>(dump.heap().reference_count());
      references = std::max(references, count);
      per_object = std::max(per_object, count / std::max(1U, dump.heap().object_count()));
    }
    return {{kAll, Access::kEveryRow, references, {}},
            {kBySource, kSourceId, per_object, {kOrdinal}},
            {kByTarget, kTargetId, per_object + 1, {}}};
  }
};

}  // namespace

std::unique_ptr<VirtualTable> reference_table(QueriedDumps& dumps) {
  return std::make_unique<ReferenceTable>(dumps);
}

}  // namespace heapscan::analysis::store
