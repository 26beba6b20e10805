#include "analysis/store/load.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <numeric>
#include <optional>
#include <string_view>
#include <system_error>

#include "analysis/cycles.h"
#include "analysis/dominators.h"
#include "analysis/paths.h"
#include "analysis/store/database.h"
#include "analysis/store/schema.h"
#include "dump/error.h"
#include "dump/native_roots.h"

namespace heapscan::analysis::store {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;
using dump::ReferenceKind;

/// What the columns of the object table say beyond the dump itself.
struct Answers {
  explicit Answers(const dump::Heap& heap)
      : dominators(dominator_tree(heap)),
        paths(heap),
        garbage(find_garbage(heap, dominators.reachable)),
        surplus(dump::surplus_counts(heap)) {}

  DominatorTree dominators;
  PathForest paths;
  Garbage garbage;
  std::vector<std::int64_t> surplus;
};

/// Makes the tables in a new file; refuses a file that has others.
void prepare_schema(Database& database, const std::string& path) {
  const std::int64_t application = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  const std::int64_t tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (application == 0 && version == 0 && tables == 0) {
    database.execute(kSchema);
    database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    return;
  }
  if (application != kApplicationId) {
    throw Error(ErrorKind::kBadInput,
                path + ": a database, but not one of heapscan: give another name for the database");
  }
  if (version != kSchemaVersion) {
    throw Error(ErrorKind::kBadInput, path + ": has version " + std::to_string(version) +
                                          " of the tables, this heapscan writes version " +
                                          std::to_string(kSchemaVersion) +
                                          ": give another name for the database");
  }
}

class Loader {
 public:
  Loader(Database& database, const dump::Heap& heap, const Progress& progress)
      : database_(database), heap_(heap), progress_(progress) {}

  std::int64_t load(const std::string& source, const Answers& answers) {
    database_.execute(kDropIndexes);
    write_dump(source);
    write_types();
    write_objects(answers);
    write_references();
    write_roots();
    write_cycles(answers.garbage);
    database_.execute(kIndexes);
    return dump_;
  }

 private:
  void write_dump(const std::string& source);
  void write_types();
  void write_objects(const Answers& answers);
  void write_object(RowInserter& rows, ObjectId id, const Answers& answers);
  void write_references();
  void write_label(RowInserter& rows, const dump::Reference& reference) const;
  void write_roots();
  void write_cycles(const Garbage& garbage);

  void row_written() {
    constexpr std::uint64_t kRowsBetweenReports = 65536;
    ++done_;
    if (progress_ && done_ % kRowsBetweenReports == 0) {
      progress_(done_, heap_.object_count() + heap_.reference_count());
    }
  }

  Database& database_;
  const dump::Heap& heap_;
  const Progress& progress_;
  std::int64_t dump_ = 0;
  std::uint64_t done_ = 0;
};

void bind_known(Statement& statement, int parameter, std::int64_t number) {
  if (number >= 0) {
    statement.bind(parameter, number);
  } else {
    statement.bind_null(parameter);
  }
}

void bind_known(Statement& statement, int parameter, const std::string& text) {
  if (!text.empty()) {
    statement.bind_text(parameter, text);
  } else {
    statement.bind_null(parameter);
  }
}

void Loader::write_dump(const std::string& source) {
  const dump::ProcessFacts& facts = heap_.facts();
  const auto sizes = heap_.columns().size.span();
  Statement insert = database_.prepare(
      "INSERT INTO dump (path, format, runtime, version, pid, command, host, taken_at,"
      " object_count, reference_count, total_size, rss, complete, collector, process_start,"
      " pause_us) VALUES (?,'hsd',?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  insert.bind_text(1, source);
  bind_known(insert, 2, facts.runtime);
  bind_known(insert, 3, facts.version);
  bind_known(insert, 4, facts.pid);
  bind_known(insert, 5, facts.command);
  bind_known(insert, 6, facts.host);
  bind_known(insert, 7, facts.taken_at);
  insert.bind(8, std::int64_t{heap_.object_count()});
  insert.bind(9, static_cast<std::int64_t>(heap_.reference_count()));
  insert.bind(
      10, static_cast<std::int64_t>(std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0})));
  bind_known(insert, 11, facts.rss);
  insert.bind(12, facts.complete ? 1 : 0);
  bind_known(insert, 13, facts.collector);
  bind_known(insert, 14, facts.process_start);
  bind_known(insert, 15, facts.pause_us);
  insert.step();
  dump_ = database_.last_insert_id();
}

void Loader::write_types() {
  const std::size_t count = heap_.columns().types.size();
  RowInserter rows(database_, "type", 3, count);
  for (std::uint32_t row = 0; row < count; ++row) {
    rows.add(dump_).add(row).add_text(heap_.type_name(dump::TypeId(row)));
  }
  rows.finish();
}

void Loader::write_object(RowInserter& rows, ObjectId id, const Answers& answers) {
  const ObjectFlags flags = heap_.flags(id);
  const bool tracked = flags.has(ObjectFlags::kGcTracked);
  const auto number_or_null = [&rows](bool known, std::uint64_t number) {
    if (known) {
      rows.add(static_cast<std::int64_t>(number));
    } else {
      rows.add_null();
    }
  };
  rows.add(dump_).add(id.value());
  // SQLite's integers are signed: an address in the upper half becomes negative, and no bit is
  // lost.
  rows.add(static_cast<std::int64_t>(heap_.address(id)));
  rows.add(heap_.type(id).value()).add(static_cast<std::int64_t>(heap_.size(id)));
  number_or_null(heap_.refcount(id) != dump::kImmortal, heap_.refcount(id));
  number_or_null(tracked, flags.generation());
  rows.add_flag(tracked).add_flag(answers.dominators.reachable.contains(id));
  rows.add(static_cast<std::int64_t>(answers.dominators.retained[id.value()]));
  const ObjectId dominator = answers.dominators.dominator[id.value()];
  number_or_null(dominator.has_value(), dominator.value());
  const bool reached = answers.paths.reached(id);
  number_or_null(reached, reached ? answers.paths.distance(id) : 0);
  const std::uint32_t cycle = answers.garbage.cycle_of[id.value()];
  number_or_null(cycle != Garbage::kNoCycle, cycle);
  rows.add(answers.surplus[id.value()]);
  const std::optional<std::string_view> value = heap_.value(id);
  if (value) {
    rows.add_text(*value);
  } else {
    rows.add_null();
  }
}

void Loader::write_objects(const Answers& answers) {
  RowInserter rows(database_, "object", 15, heap_.object_count());
  for (const ObjectId id : heap_.objects()) {
    write_object(rows, id, answers);
    row_written();
  }
  rows.finish();
}

void Loader::write_label(RowInserter& rows, const dump::Reference& reference) const {
  switch (reference.kind) {
    case ReferenceKind::kAttribute:
    case ReferenceKind::kCell:
    case ReferenceKind::kLocal:
    case ReferenceKind::kInternal:
      rows.add_text(heap_.string(dump::StringId(reference.label)));
      return;
    case ReferenceKind::kValue: {
      const ObjectId key(reference.label);
      const std::optional<std::string_view> preview = heap_.value(key);
      rows.add_text(preview ? *preview : heap_.type_name(key));
      return;
    }
    case ReferenceKind::kItem:
    case ReferenceKind::kKey:
    case ReferenceKind::kConservative: {
      std::array<char, 10> digits{};
      const auto end =
          std::to_chars(digits.data(), digits.data() + digits.size(), reference.label).ptr;
      rows.add_copy({digits.data(), static_cast<std::size_t>(end - digits.data())});
      return;
    }
    case ReferenceKind::kType:
      break;
  }
  rows.add_null();
}

void Loader::write_references() {
  const auto weak = heap_.columns().weak.span();
  RowInserter rows(database_, "reference", 6, heap_.reference_count() + weak.size());
  for (const ObjectId source : heap_.objects()) {
    for (std::uint32_t ordinal = 0; ordinal < heap_.out_degree(source); ++ordinal) {
      const dump::Reference reference = heap_.reference(source, ordinal);
      rows.add(dump_).add(source.value()).add(reference.target.value());
      rows.add_text(dump::to_string(reference.kind));
      write_label(rows, reference);
      rows.add_flag(false);
      row_written();
    }
  }
  for (const dump::WeakReference& reference : weak) {
    rows.add(dump_).add(reference.source.value()).add(reference.target.value()).add_text("weak");
    if (reference.label.has_value()) {
      rows.add_text(heap_.string(reference.label));
    } else {
      rows.add_null();
    }
    rows.add_flag(true);
  }
  rows.finish();
}

void Loader::write_roots() {
  RowInserter rows(database_, "root", 4, heap_.roots().size());
  for (const dump::Root& root : heap_.roots()) {
    rows.add(dump_).add(root.object.value()).add_text(dump::to_string(root.kind));
    if (root.label.has_value()) {
      rows.add_text(heap_.string(root.label));
    } else {
      rows.add_null();
    }
  }
  rows.finish();
}

void Loader::write_cycles(const Garbage& garbage) {
  RowInserter rows(database_, "cycle", 8, garbage.cycles.size());
  for (std::size_t row = 0; row < garbage.cycles.size(); ++row) {
    const UnreachableCycle& cycle = garbage.cycles[row];
    rows.add(dump_).add(static_cast<std::int64_t>(row));
    rows.add(static_cast<std::int64_t>(cycle.members.size()));
    rows.add(static_cast<std::int64_t>(cycle.size));
    rows.add(static_cast<std::int64_t>(cycle.tail_objects));
    rows.add(static_cast<std::int64_t>(cycle.tail_size));
    rows.add_text(cycle.signature).add_flag(cycle.has_finalizer);
  }
  rows.finish();
}

std::int64_t load_into(Database& database,
                       const dump::Heap& heap,
                       const std::string& source,
                       const std::string& path,
                       const Progress& progress) {
  // 256 MiB of pages in memory: the rows of a large dump are written once, not spilled and re-read.
  database.execute("PRAGMA cache_size = -262144");
  Transaction transaction(database);
  prepare_schema(database, path);
  const Answers answers(heap);
  const std::int64_t dump = Loader(database, heap, progress).load(source, answers);
  transaction.commit();
  return dump;
}

}  // namespace

std::int64_t load(const dump::Heap& heap,
                  const std::string& source,
                  const std::string& database,
                  const Progress& progress) {
  std::error_code ignored;
  const bool existed = std::filesystem::exists(database, ignored);
  try {
    Database opened(database);
    return load_into(opened, heap, source, database, progress);
  } catch (...) {
    if (!existed) {
      std::filesystem::remove(database, ignored);
    }
    throw;
  }
}

}  // namespace heapscan::analysis::store
