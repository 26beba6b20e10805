#include "analysis/store/list_table.h"

#include <algorithm>
#include <span>

namespace heapscan::analysis::store {
namespace {

constexpr int kDumpId = 0;
constexpr int kId = 1;
constexpr int kThird = 2;

enum ListAccess : int { kAll, kById, kAllSorted, kByGroup };

class ListCursor : public DumpCursor {
 public:
  ListCursor(const ListDefinition& definition, QueriedDumps& dumps)
      : DumpCursor(dumps), definition_(definition) {}

  void column(int column, Cell& cell) override {
    if (column == kDumpId) {
      cell.set(dump().id());
    } else if (column == kId) {
      cell.set(static_cast<std::int64_t>(row() + definition_.first_id));
    } else {
      definition_.column(dump(), row(), column, cell);
    }
  }

 protected:
  std::uint64_t find_rows(QueriedDump& dump, int access, std::int64_t value) override {
    HeapAnswers& answers = dump.answers();
    const std::uint64_t count = definition_.count(answers);
    const auto number = static_cast<std::uint64_t>(value);
    listed_ = {};
    first_ = 0;
    switch (access) {
      case kById:
        first_ = number - definition_.first_id;
        return first_ < count ? 1 : 0;
      case kAllSorted:
        listed_ = definition_.sorted(answers);
        return count;
      case kByGroup:
        listed_ = definition_.grouped(answers).group(number);
        return listed_.size();
      default:
        return count;
    }
  }

  [[nodiscard]] std::uint64_t row() const override {
    return listed_.empty() ? first_ + position() : listed_[position()];
  }

 private:
  const ListDefinition& definition_;
  std::uint64_t first_ = 0;
  std::span<const std::uint32_t> listed_;
};

class ListTable : public DumpTable {
 public:
  ListTable(const ListDefinition& definition, QueriedDumps& dumps)
      : DumpTable(definition.schema, dumps), definition_(definition) {}

  [[nodiscard]] std::unique_ptr<Cursor> open() override {
    return std::make_unique<ListCursor>(definition_, dumps());
  }

 protected:
  [[nodiscard]] std::vector<Access> accesses() const override {
    std::uint64_t most = std::max<std::uint64_t>(definition_.estimate, 1);
    if (definition_.estimate == 0) {
      for (QueriedDump& dump : dumps()) {
        most = std::max(most, definition_.count(dump.answers()));
      }
    }
    const auto rows = static_cast<double>(most);
    std::vector<Access> ways = {{kAll, Access::kEveryRow, rows, {kId}}, {kById, kId, 1, {}}};
    if (definition_.sorted != nullptr) {
      ways.push_back({kAllSorted, Access::kEveryRow, rows, {kThird, kId}});
    }
    if (definition_.grouped != nullptr) {
      ways.push_back({kByGroup, kThird, 1, {kId}});
    }
    return ways;
  }

 private:
  const ListDefinition& definition_;
};

}  // namespace

std::unique_ptr<VirtualTable> list_table(const ListDefinition& definition, QueriedDumps& dumps) {
  return std::make_unique<ListTable>(definition, dumps);
}

}  // namespace heapscan::analysis::store
