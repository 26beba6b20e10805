#include "analysis/store/functions.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "analysis/graph/neighbourhood.h"
#include "analysis/store/virtual_table.h"
#include "dump/error.h"

namespace heapscan::analysis::store {
namespace {

using dump::ObjectId;

/// A row of a function's result.
struct FoundObject {
  ObjectId object;
  std::uint32_t distance = 0;
};

/// The arguments of a call: the object, and how far to go.
struct Call {
  QueriedDump* dump = nullptr;
  ObjectId object;
  std::uint32_t depth = 1;
};

std::vector<FoundObject> neighbours(const Call& call, Direction direction) {
  std::vector<FoundObject> found;
  const Neighbourhood near = neighbourhood(call.dump->heap(), {call.object}, direction,
                                           {call.depth, 0}, call.dump->answers().stop());
  for (const Neighbourhood::Member& member : near.members) {
    if (member.distance > 0) {
      found.push_back({member.object, member.distance});
    }
  }
  return found;
}

std::vector<FoundObject> referrers(const Call& call) {
  return neighbours(call, Direction::kIn);
}

std::vector<FoundObject> referents(const Call& call) {
  return neighbours(call, Direction::kOut);
}

std::vector<FoundObject> dominated(const Call& call) {
  std::vector<FoundObject> found;
  for (const std::uint32_t child : call.dump->answers().by_dominator().group(call.object.value())) {
    found.push_back({ObjectId(child), 1});
  }
  return found;
}

/// The subtree of the dominator tree, level by level.
std::vector<FoundObject> retained_by(const Call& call) {
  const Groups& children = call.dump->answers().by_dominator();
  std::vector<FoundObject> found;
  if (call.dump->answers().dominators().reachable.contains(call.object)) {
    found.push_back({call.object, 0});
  }
  for (std::size_t next = 0; next < found.size(); ++next) {
    call.dump->answers().stop().check_sometimes(next);
    const FoundObject parent = found[next];
    for (const std::uint32_t child : children.group(parent.object.value())) {
      found.push_back({ObjectId(child), parent.distance + 1});
    }
  }
  return found;
}

/// Reads the arguments of a call; the number of the plan says which hidden columns were given.
class CallReader {
 public:
  explicit CallReader(QueriedDumps& dumps) : dumps_(dumps) {}

  static constexpr int kDepthGiven = 1;
  static constexpr int kDumpGiven = 2;

  /// Nothing if there is no such object.
  [[nodiscard]] std::optional<Call> read(int plan, const Arguments& arguments) const {
    std::size_t place = 0;
    const auto object = arguments.integer(place++);
    std::int64_t depth = 1;
    if ((plan & kDepthGiven) != 0) {
      depth = arguments.integer(place++).value_or(-1);
      if (depth < 0) {
        throw Error(ErrorKind::kUsage, "the depth must not be negative");
      }
    }
    QueriedDump* const dump = find_dump(plan, arguments, place);
    if (dump == nullptr || !object || *object < 0 || *object >= dump->heap().object_count()) {
      return std::nullopt;
    }
    return Call{dump, ObjectId(static_cast<std::uint32_t>(*object)),
                static_cast<std::uint32_t>(
                    std::min<std::int64_t>(depth, std::numeric_limits<std::uint32_t>::max()))};
  }

 private:
  [[nodiscard]] QueriedDump* find_dump(int plan,
                                       const Arguments& arguments,
                                       std::size_t place) const {
    if ((plan & kDumpGiven) == 0) {
      return dumps_.empty() ? nullptr : &dumps_.front();
    }
    const auto id = arguments.integer(place);
    const auto found = store::find_dump(dumps_, id);
    return found == dumps_.end() ? nullptr : &*found;
  }

  QueriedDumps& dumps_;
};

/// The plan for a call whose hidden columns, from `first` on, are the object, the depth where
/// `has_depth`, and the dump.
std::optional<Plan> call_plan(const std::vector<int>& compared, int first, bool has_depth) {
  const auto given = [&compared](int column) {
    return std::find(compared.begin(), compared.end(), column) != compared.end();
  };
  constexpr double kUsualRows = 20;
  if (!given(first)) {
    return std::nullopt;
  }
  Plan plan;
  plan.rows = kUsualRows;
  plan.arguments.push_back(first);
  int column = first + 1;
  if (has_depth) {
    if (given(column)) {
      plan.number |= CallReader::kDepthGiven;
      plan.arguments.push_back(column);
    }
    ++column;
  }
  if (given(column)) {
    plan.number |= CallReader::kDumpGiven;
    plan.arguments.push_back(column);
  }
  return plan;
}

/// A function that finds objects.
struct ObjectFunction {
  const char* name;
  bool has_depth;
  std::vector<FoundObject> (*find)(const Call& call);
};

class FoundCursor : public Cursor {
 public:
  FoundCursor(const ObjectFunction& function, QueriedDumps& dumps)
      : function_(function), reader_(dumps) {}

  void start(int plan, const Arguments& arguments) override {
    next_ = 0;
    call_ = reader_.read(plan, arguments);
    found_ = call_ ? function_.find(*call_) : std::vector<FoundObject>();
  }

  [[nodiscard]] bool at_end() const override { return next_ >= found_.size(); }

  void next() override { ++next_; }

  void column(int column, Cell& cell) override {
    enum FoundColumn : int { kObject, kDistance, kId, kDepth };

    if (column == kObject) {
      cell.set(found_[next_].object.value());
    } else if (column == kDistance) {
      cell.set(found_[next_].distance);
    } else if (column == kId) {
      cell.set(call_->object.value());
    } else if (column == kDepth && function_.has_depth) {
      cell.set(call_->depth);
    } else {
      cell.set(call_->dump->id());
    }
  }

  [[nodiscard]] std::int64_t row_id() const override { return static_cast<std::int64_t>(next_); }

 private:
  const ObjectFunction& function_;
  CallReader reader_;
  std::optional<Call> call_;
  std::vector<FoundObject> found_;
  std::size_t next_ = 0;
};

class FoundTable : public VirtualTable {
 public:
  FoundTable(const ObjectFunction& function, QueriedDumps& dumps)
      : function_(function), dumps_(dumps) {}

  [[nodiscard]] std::string columns() const override {
    return std::string("object_id INTEGER, distance INTEGER, id HIDDEN,") +
           (function_.has_depth ? " depth HIDDEN," : "") + " dump_id HIDDEN";
  }

  [[nodiscard]] std::optional<Plan> plan(const std::vector<int>& compared,
                                         const std::vector<OrderTerm>& /*order*/) const override {
    constexpr int kFirstHidden = 2;
    return call_plan(compared, kFirstHidden, function_.has_depth);
  }

  [[nodiscard]] std::unique_ptr<Cursor> open() override {
    return std::make_unique<FoundCursor>(function_, dumps_);
  }

 private:
  const ObjectFunction& function_;
  QueriedDumps& dumps_;
};

constexpr ObjectFunction kFunctions[] = {{"referrers", true, referrers},
                                         {"referents", true, referents},
                                         {"dominated", false, dominated},
                                         {"retained_by", false, retained_by}};

class PathCursor : public Cursor {
 public:
  explicit PathCursor(QueriedDumps& dumps) : reader_(dumps) {}

  void start(int plan, const Arguments& arguments) override {
    step_ = 0;
    path_.reset();
    call_ = reader_.read(plan, arguments);
    if (call_) {
      path_ = call_->dump->answers().paths().path(call_->object);
    }
  }

  [[nodiscard]] bool at_end() const override { return !path_ || step_ > path_->steps.size(); }

  void next() override { ++step_; }

  void column(int column, Cell& cell) override;

  [[nodiscard]] std::int64_t row_id() const override { return static_cast<std::int64_t>(step_); }

 private:
  void label(const dump::Reference& reference, Cell& cell) const;

  CallReader reader_;
  std::optional<Call> call_;
  std::optional<Path> path_;
  std::size_t step_ = 0;
};

void PathCursor::label(const dump::Reference& reference, Cell& cell) const {
  const dump::Heap& heap = call_->dump->heap();
  switch (reference.kind) {
    case dump::ReferenceKind::kAttribute:
    case dump::ReferenceKind::kCell:
    case dump::ReferenceKind::kLocal:
    case dump::ReferenceKind::kInternal:
      return cell.set_text(heap.string(dump::StringId(reference.label)));
    case dump::ReferenceKind::kValue: {
      const ObjectId key(reference.label);
      return cell.set_text(heap.value(key).value_or(heap.type_name(key)));
    }
    case dump::ReferenceKind::kType:
      return cell.set_null();
    default:
      return cell.set_copy(std::to_string(reference.label));
  }
}

void PathCursor::column(int column, Cell& cell) {
  enum PathColumn : int { kStep, kObject, kKind, kLabel, kId };

  const dump::Heap& heap = call_->dump->heap();
  const bool at_root = step_ == 0;
  const dump::Reference reference =
      at_root ? dump::Reference() : heap.reference(path_->steps[step_ - 1]);
  switch (column) {
    case kStep:
      return cell.set(static_cast<std::int64_t>(step_));
    case kObject:
      return cell.set((at_root ? path_->root.object : reference.target).value());
    case kKind:
      return cell.set_text(at_root ? dump::to_string(path_->root.kind)
                                   : dump::to_string(reference.kind));
    case kLabel:
      if (!at_root) {
        return label(reference, cell);
      }
      return path_->root.label.has_value() ? cell.set_text(heap.string(path_->root.label))
                                           : cell.set_null();
    case kId:
      return cell.set(call_->object.value());
    default:
      return cell.set(call_->dump->id());
  }
}

class PathTable : public VirtualTable {
 public:
  explicit PathTable(QueriedDumps& dumps) : dumps_(dumps) {}

  [[nodiscard]] std::string columns() const override {
    return "step INTEGER, object_id INTEGER, kind TEXT, label TEXT, id HIDDEN, dump_id HIDDEN";
  }

  [[nodiscard]] std::optional<Plan> plan(const std::vector<int>& compared,
                                         const std::vector<OrderTerm>& /*order*/) const override {
    constexpr int kFirstHidden = 4;
    return call_plan(compared, kFirstHidden, false);
  }

  [[nodiscard]] std::unique_ptr<Cursor> open() override {
    return std::make_unique<PathCursor>(dumps_);
  }

 private:
  QueriedDumps& dumps_;
};

}  // namespace

void add_functions(sqlite3* connection, QueriedDumps& dumps) {
  for (const ObjectFunction& function : kFunctions) {
    add_module(connection, function.name, ModuleUse::kFunction,
               std::make_unique<FoundTable>(function, dumps));
  }
  add_module(connection, "path_to_root", ModuleUse::kFunction, std::make_unique<PathTable>(dumps));
}

}  // namespace heapscan::analysis::store
