#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>

#include "analysis/store/content_hash.h"
#include "analysis/store/dump_table.h"
#include "analysis/store/list_table.h"
#include "analysis/store/tables.h"
#include "analysis/text/describe.h"

// The tables beside objects and references: dumps, their diagnostics, types, names, sites, roots,
// cycles and suspects.
namespace heapscan::analysis::store {
namespace {

using dump::ProcessFacts;

void set_known(Cell& cell, std::int64_t number) {
  cell.set_known(number >= 0, number);
}

void set_known(Cell& cell, const std::string& text) {
  if (text.empty()) {
    cell.set_null();
  } else {
    cell.set_text(text);
  }
}

void set_name(const dump::Heap& heap, dump::StringId name, Cell& cell) {
  if (name.has_value()) {
    cell.set_text(heap.string(name));
  } else {
    cell.set_null();
  }
}

std::int64_t total_size(const dump::Heap& heap) {
  const auto sizes = heap.columns().size.span();
  return static_cast<std::int64_t>(std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0}));
}

/// The columns, in the order of the schema.
enum DumpColumn : int {
  kDumpId,
  kPath,
  kFormat,
  kRuntime,
  kVersion,
  kPid,
  kCommand,
  kHost,
  kTakenAt,
  kObjectCount,
  kReferenceCount,
  kTotalSize,
  kRss,
  kComplete,
  kCollector,
  kProcessStart,
  kPause,
  kContentHash,
};

class DumpsCursor : public DumpCursor {
 public:
  using DumpCursor::DumpCursor;

  void column(int column, Cell& cell) override {
    if (column == kDumpId) {
      return cell.set(dump().id());
    }
    if (column == kPath) {
      return cell.set_text(dump().path());
    }
    const dump::Heap& heap = dump().heap();
    if (column < kObjectCount) {
      set_fact(heap.facts(), heap.columns().format, column, cell);
    } else {
      set_count(heap, column, cell);
    }
  }

 protected:
  std::uint64_t find_rows(QueriedDump& /*dump*/, int /*access*/, std::int64_t /*value*/) override {
    return 1;
  }

  [[nodiscard]] std::uint64_t row() const override { return position(); }

 private:
  static void set_fact(const ProcessFacts& facts, std::string_view format, int column, Cell& cell) {
    switch (column) {
      case kFormat:
        return cell.set_text(format);
      case kRuntime:
        return set_known(cell, facts.runtime);
      case kVersion:
        return set_known(cell, facts.version);
      case kPid:
        return set_known(cell, facts.pid);
      case kCommand:
        return set_known(cell, facts.command);
      case kHost:
        return set_known(cell, facts.host);
      default:
        return set_known(cell, facts.taken_at);
    }
  }

  static void set_count(const dump::Heap& heap, int column, Cell& cell) {
    switch (column) {
      case kObjectCount:
        return cell.set(heap.object_count());
      case kReferenceCount:
        return cell.set(static_cast<std::int64_t>(heap.reference_count()));
      case kTotalSize:
        return cell.set(total_size(heap));
      case kRss:
        return set_known(cell, heap.facts().rss);
      case kComplete:
        return cell.set(heap.facts().complete ? 1 : 0);
      case kCollector:
        return set_known(cell, heap.facts().collector);
      case kProcessStart:
        return set_known(cell, heap.facts().process_start);
      case kPause:
        return set_known(cell, heap.facts().pause_us);
      default:
        return cell.set(content_hash(heap));
    }
  }
};

class DumpsTable : public DumpTable {
 public:
  explicit DumpsTable(QueriedDumps& dumps) : DumpTable(kDumpTable, dumps) {}

  [[nodiscard]] std::unique_ptr<Cursor> open() override {
    return std::make_unique<DumpsCursor>(dumps());
  }

 protected:
  [[nodiscard]] std::vector<Access> accesses() const override {
    return {{0, Access::kEveryRow, 1, {}}};
  }
};

void diagnostic_column(QueriedDump& dump, std::uint64_t row, int column, Cell& cell) {
  enum DiagnosticColumn : int { kSeverity = 2, kCode, kCount, kOffset };

  const dump::Diagnostic& diagnostic = dump.heap().diagnostics().rows()[row];
  switch (column) {
    case kSeverity:
      return cell.set_text(dump::to_string(dump::severity_of(diagnostic.code)));
    case kCode:
      return cell.set_text(dump::to_string(diagnostic.code));
    case kCount:
      return cell.set(static_cast<std::int64_t>(diagnostic.count));
    case kOffset:
      return cell.set_known(diagnostic.offset.has_value(),
                            static_cast<std::int64_t>(diagnostic.offset.value_or(0)));
    default:
      return cell.set_text(diagnostic.text);
  }
}

void type_column(QueriedDump& dump, std::uint64_t row, int /*column*/, Cell& cell) {
  cell.set_text(dump.heap().type_name(dump::TypeId(static_cast<std::uint32_t>(row))));
}

void name_column(QueriedDump& dump, std::uint64_t row, int /*column*/, Cell& cell) {
  cell.set_text(dump.heap().string(dump::StringId(static_cast<std::uint32_t>(row))));
}

void site_column(QueriedDump& dump, std::uint64_t row, int column, Cell& cell) {
  enum SiteColumn : int { kFunction = 2, kFile };

  const dump::AllocationSite& site = dump.heap().columns().sites[row];
  if (column == kFunction) {
    set_name(dump.heap(), site.function, cell);
  } else if (column == kFile) {
    set_name(dump.heap(), site.file, cell);
  } else {
    cell.set_known(site.line != 0, site.line);
  }
}

void root_column(QueriedDump& dump, std::uint64_t row, int column, Cell& cell) {
  enum RootColumn : int { kObjectId = 2, kKind };

  const dump::Root& root = dump.heap().roots()[row];
  if (column == kObjectId) {
    cell.set(root.object.value());
  } else if (column == kKind) {
    cell.set_text(dump::to_string(root.kind));
  } else {
    set_name(dump.heap(), root.label, cell);
  }
}

void cycle_column(QueriedDump& dump, std::uint64_t row, int column, Cell& cell) {
  enum CycleColumn : int { kObjects = 2, kSize, kTailObjects, kTailSize, kSignature };

  const UnreachableCycle& cycle = dump.answers().garbage().cycles[row];
  switch (column) {
    case kObjects:
      return cell.set(static_cast<std::int64_t>(cycle.members.size()));
    case kSize:
      return cell.set(static_cast<std::int64_t>(cycle.size));
    case kTailObjects:
      return cell.set(static_cast<std::int64_t>(cycle.tail_objects));
    case kTailSize:
      return cell.set(static_cast<std::int64_t>(cycle.tail_size));
    case kSignature:
      return cell.set_text(cycle.signature);
    default:
      return cell.set(cycle.has_finalizer ? 1 : 0);
  }
}

/// The first type of that name: suspects do not distinguish types with the same name.
std::uint32_t type_named(HeapAnswers& answers, std::string_view name) {
  const auto& types = answers.types_by_name();
  const auto named = [&answers](std::uint32_t type) {
    return answers.heap().type_name(dump::TypeId(type));
  };
  return *std::lower_bound(
      types.begin(), types.end(), name,
      [&named](std::uint32_t type, std::string_view sought) { return named(type) < sought; });
}

void suspect_column(QueriedDump& dump, std::uint64_t row, int column, Cell& cell) {
  enum SuspectColumn : int {
    kKind = 2,
    kObjectId,
    kHolders,
    kTypeId,
    kInstances,
    kSize,
    kRetainedSize,
    kShare,
    kHolderPath
  };

  HeapAnswers& answers = dump.answers();
  const Suspect& suspect = answers.suspects().rows[row];
  switch (column) {
    case kKind:
      return cell.set_text(to_string(suspect.kind));
    case kObjectId:
      return cell.set_known(suspect.holder.has_value(), suspect.holder.value());
    case kHolders:
      return cell.set(static_cast<std::int64_t>(suspect.holders));
    case kTypeId:
      return cell.set(type_named(answers, suspect.type));
    case kInstances:
      return cell.set(static_cast<std::int64_t>(suspect.instances));
    case kSize:
      return cell.set(static_cast<std::int64_t>(suspect.size));
    case kRetainedSize:
      return cell.set(static_cast<std::int64_t>(suspect.retained));
    case kShare:
      return cell.set_real(static_cast<double>(suspect.size) /
                           static_cast<double>(answers.dominators().reachable_size));
    case kHolderPath: {
      const auto path =
          suspect.holder.has_value() ? answers.paths().path(suspect.holder) : std::optional<Path>();
      return cell.set_copy(path ? path_text(dump.heap(), *path) : suspect.place);
    }
    default:
      return cell.set_text(suspect.fingerprint);
  }
}

constexpr ListDefinition kDiagnostics = {.schema = kDiagnosticTable,
                                         .count = [](HeapAnswers& answers) -> std::uint64_t {
                                           return answers.heap().diagnostics().rows().size();
                                         },
                                         .column = diagnostic_column};

constexpr ListDefinition kTypes = {
    kTypeTable,
    [](HeapAnswers& answers) { return std::uint64_t{answers.heap().columns().types.size()}; },
    type_column,
    [](HeapAnswers& answers) -> const std::vector<std::uint32_t>& {
      return answers.types_by_name();
    }};

constexpr ListDefinition kNames = {
    kNameTable,
    [](HeapAnswers& answers) { return std::uint64_t{answers.heap().columns().strings.size()}; },
    name_column};

constexpr ListDefinition kSites = {
    kSiteTable,
    [](HeapAnswers& answers) { return std::uint64_t{answers.heap().columns().sites.size()}; },
    site_column};

constexpr ListDefinition kRoots = {
    kRootTable, [](HeapAnswers& answers) { return std::uint64_t{answers.heap().roots().size()}; },
    root_column, nullptr,
    [](HeapAnswers& answers) -> const Groups& { return answers.roots_by_object(); }};

constexpr ListDefinition kCycles = {
    .schema = kCycleTable,
    .count = [](HeapAnswers& answers) { return std::uint64_t{answers.garbage().cycles.size()}; },
    .column = cycle_column,
    .estimate = 1000};

constexpr ListDefinition kSuspects = {
    .schema = kSuspectTable,
    .count = [](HeapAnswers& answers) { return std::uint64_t{answers.suspects().rows.size()}; },
    .column = suspect_column,
    .estimate = 20,
    .first_id = 1};

}  // namespace

std::unique_ptr<VirtualTable> dump_table(QueriedDumps& dumps) {
  return std::make_unique<DumpsTable>(dumps);
}

std::unique_ptr<VirtualTable> diagnostic_table(QueriedDumps& dumps) {
  return list_table(kDiagnostics, dumps);
}

std::unique_ptr<VirtualTable> type_table(QueriedDumps& dumps) {
  return list_table(kTypes, dumps);
}

std::unique_ptr<VirtualTable> name_table(QueriedDumps& dumps) {
  return list_table(kNames, dumps);
}

std::unique_ptr<VirtualTable> site_table(QueriedDumps& dumps) {
  return list_table(kSites, dumps);
}

std::unique_ptr<VirtualTable> root_table(QueriedDumps& dumps) {
  return list_table(kRoots, dumps);
}

std::unique_ptr<VirtualTable> cycle_table(QueriedDumps& dumps) {
  return list_table(kCycles, dumps);
}

std::unique_ptr<VirtualTable> suspect_table(QueriedDumps& dumps) {
  return list_table(kSuspects, dumps);
}

void add_table_modules(sqlite3* connection, QueriedDumps& dumps) {
  struct Module {
    const TableSchema& schema;
    std::unique_ptr<VirtualTable> (*make)(QueriedDumps& dumps);
  };

  for (const Module& module :
       {Module{kDumpTable, dump_table}, Module{kDiagnosticTable, diagnostic_table},
        Module{kTypeTable, type_table}, Module{kNameTable, name_table},
        Module{kSiteTable, site_table}, Module{kObjectTable, object_table},
        Module{kReferenceTable, reference_table}, Module{kRootTable, root_table},
        Module{kCycleTable, cycle_table}, Module{kSuspectTable, suspect_table}}) {
    add_module(connection, "heapscan_" + std::string(module.schema.name), ModuleUse::kTable,
               module.make(dumps));
  }
}

}  // namespace heapscan::analysis::store
