#include <algorithm>
#include <span>

#include "analysis/store/dump_table.h"
#include "analysis/store/tables.h"

namespace heapscan::analysis::store {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;

/// The columns, in the order of the schema.
enum ObjectColumn : int {
  kDumpId,
  kId,
  kAddress,
  kTypeId,
  kSize,
  kRefcount,
  kGeneration,
  kGcTracked,
  kReachable,
  kRetainedSize,
  kDominatorId,
  kRootDistance,
  kCycleId,
  kSurplus,
  kValue,
  kContentHash,
  kSiteId,
};

enum ObjectAccess : int { kAll, kAllByType, kById, kByAddress, kByType, kByDominator };

class ObjectCursor : public DumpCursor {
 public:
  using DumpCursor::DumpCursor;

  void column(int column, Cell& cell) override;

 protected:
  std::uint64_t find_rows(QueriedDump& dump, int access, std::int64_t value) override;

  [[nodiscard]] std::uint64_t row() const override {
    return listed_.empty() ? first_ + position() : listed_[position()];
  }

 private:
  void value(ObjectId id, Cell& cell);

  HeapAnswers* answers_ = nullptr;
  const dump::HeapColumns* columns_ = nullptr;
  std::uint64_t first_ = 0;                // The rows from here on,
  std::span<const std::uint32_t> listed_;  // or these.
  std::size_t value_row_ = 0;              // The place of the last value: the next is usually near.
};

std::uint64_t ObjectCursor::find_rows(QueriedDump& dump, int access, std::int64_t value) {
  answers_ = &dump.answers();
  columns_ = &answers_->heap().columns();
  listed_ = {};
  first_ = 0;
  const std::uint64_t count = answers_->heap().object_count();
  const auto number = static_cast<std::uint64_t>(value);
  switch (access) {
    case kAll:
      return count;
    case kAllByType:
      listed_ = answers_->by_type().members;
      return count;
    case kById:
      first_ = number;
      return number < count ? 1 : 0;
    case kByAddress: {
      const std::optional<ObjectId> id = answers_->heap().find(number);
      first_ = id ? id->value() : 0;
      return id ? 1 : 0;
    }
    case kByType:
      listed_ = answers_->by_type().group(number);
      return listed_.size();
    default:
      listed_ = answers_->by_dominator().group(number);
      return listed_.size();
  }
}

void ObjectCursor::value(ObjectId id, Cell& cell) {
  const auto objects = columns_->value_object.span();
  const bool near = value_row_ < objects.size() && objects[value_row_] <= id &&
                    (value_row_ + 1 == objects.size() || id <= objects[value_row_ + 1]);
  if (!near) {
    value_row_ = static_cast<std::size_t>(std::lower_bound(objects.begin(), objects.end(), id) -
                                          objects.begin());
  } else if (objects[value_row_] < id) {
    ++value_row_;
  }
  if (value_row_ < objects.size() && objects[value_row_] == id) {
    cell.set_text(columns_->value_text[static_cast<std::uint32_t>(value_row_)]);
  } else {
    cell.set_null();
  }
}

void ObjectCursor::column(int column, Cell& cell) {
  const ObjectId id(static_cast<std::uint32_t>(row()));
  const dump::Heap& heap = answers_->heap();
  switch (column) {
    case kDumpId:
      return cell.set(dump().id());
    case kId:
      return cell.set(id.value());
    case kAddress:
      // SQLite's integers are signed: an address in the upper half becomes negative, but no bit is
      // lost.
      return cell.set(static_cast<std::int64_t>(heap.address(id)));
    case kTypeId:
      return cell.set(heap.type(id).value());
    case kSize:
      return cell.set(static_cast<std::int64_t>(heap.size(id)));
    case kRefcount:
      return cell.set_known(heap.refcount(id) != dump::kImmortal, heap.refcount(id));
    case kGeneration:
      return cell.set_known(heap.flags(id).has(ObjectFlags::kGcTracked),
                            heap.flags(id).generation());
    case kGcTracked:
      return cell.set(heap.flags(id).has(ObjectFlags::kGcTracked) ? 1 : 0);
    case kReachable:
      return cell.set(answers_->dominators().reachable.contains(id) ? 1 : 0);
    case kRetainedSize:
      return cell.set(static_cast<std::int64_t>(answers_->dominators().retained[id.value()]));
    case kDominatorId: {
      const ObjectId dominator = answers_->dominators().dominator[id.value()];
      return cell.set_known(dominator.has_value(), dominator.value());
    }
    case kRootDistance: {
      const std::uint32_t distance = answers_->distances()[id.value()];
      return cell.set_known(distance != PathForest::kUnreached, distance);
    }
    case kCycleId: {
      const CycleId cycle = answers_->garbage().cycle_of[id.value()];
      return cell.set_known(cycle.has_value(), cycle.value());
    }
    case kSurplus:
      return cell.set(answers_->surplus()[id.value()]);
    case kValue:
      return value(id, cell);
    case kContentHash: {
      const auto hashes = columns_->content_hash.span();
      const std::uint64_t hash = hashes.empty() ? 0 : hashes[id.value()];
      return cell.set_known(hash != 0, static_cast<std::int64_t>(hash));
    }
    default: {
      const auto sites = columns_->site.span();
      const bool known = !sites.empty() && sites[id.value()].has_value();
      return cell.set_known(known, known ? sites[id.value()].value() : 0);
    }
  }
}

class ObjectTable : public DumpTable {
 public:
  explicit ObjectTable(QueriedDumps& dumps) : DumpTable(kObjectTable, dumps) {}

  [[nodiscard]] std::unique_ptr<Cursor> open() override {
    return std::make_unique<ObjectCursor>(dumps());
  }

 protected:
  [[nodiscard]] std::vector<Access> accesses() const override {
    // Few objects dominate others; a type has many objects.
    constexpr double kDominatedByOne = 4;
    double objects = 1;
    double types = 1;
    for (QueriedDump& dump : dumps()) {
      objects = std::max(objects, static_cast<double>(dump.heap().object_count()));
      types = std::max(types, static_cast<double>(dump.heap().columns().types.size()));
    }
    return {{kAll, Access::kEveryRow, objects, {kId}},
            {kAllByType, Access::kEveryRow, objects, {kTypeId, kId}},
            {kById, kId, 1, {}},
            {kByAddress, kAddress, 1, {}},
            {kByType, kTypeId, objects / types + 1, {kId}},
            {kByDominator, kDominatorId, kDominatedByOne, {kId}}};
  }
};

}  // namespace

std::unique_ptr<VirtualTable> object_table(QueriedDumps& dumps) {
  return std::make_unique<ObjectTable>(dumps);
}

}  // namespace heapscan::analysis::store
