#include "analysis/store/load.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/store/database.h"
#include "dump/error.h"
#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/temporary_directory.h"

namespace heapscan::analysis::store {
namespace {

using tests::HeapSketch;

class Load : public testing::Test {
 protected:
  std::int64_t load_sketch(const HeapSketch& sketch, const std::string& source = "a.hsd") {
    const dump::Heap heap = sketch.heap();
    return load({.heap = heap, .source = source, .file = {}}, path_, {});
  }

  /// The rows of a query, columns separated by a bar, NULL as "-".
  [[nodiscard]] std::vector<std::string> rows(const std::string& sql) const {
    Database database(path_, OpenMode::kWrite);
    Statement statement = database.prepare(sql);
    std::vector<std::string> result;
    while (statement.step()) {
      std::string row;
      for (int column = 0; column < statement.columns(); ++column) {
        row += (column == 0 ? "" : "|") +
               (statement.is_null(column) ? std::string("-") : statement.text(column));
      }
      result.push_back(row);
    }
    return result;
  }

  /// The error with which the load fails.
  [[nodiscard]] Error failure(const HeapSketch& sketch) {
    try {
      load_sketch(sketch);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "it did not fail";
    return Error(ErrorKind::kInternal, "");
  }

  tests::TemporaryDirectory directory_;
  std::string path_ = (directory_ / "heap.db").string();
};

using Rows = std::vector<std::string>;

TEST_F(Load, StoresTheHeaderOfTheDump) {
  HeapSketch sketch;
  sketch.module("shop");
  sketch.facts().runtime = "CPython";
  sketch.facts().version = "3.11.2";
  sketch.facts().pid = 42;
  sketch.facts().taken_at = 1'700'000'000;
  sketch.facts().complete = false;
  EXPECT_EQ(load_sketch(sketch), 1);
  EXPECT_EQ(rows("SELECT path, format, runtime, version, pid, command, host, taken_at,"
                 " object_count, reference_count, total_size, rss, complete FROM dump"),
            Rows{"a.hsd|hsd|CPython|3.11.2|42|-|-|1700000000|2|1|256|-|0"});
}

TEST_F(Load, FillsEveryColumnOfAnObject) {
  HeapSketch sketch;
  const auto module = sketch.module("shop");  // Objects 0 and 1: the module and its dict.
  const auto session = sketch.object(
      "shop.Session", 48, dump::ObjectFlags().set(dump::ObjectFlags::kGcTracked).set_generation(2));
  sketch.extra_count(session, 3);
  sketch.global(module, "last", session);  // Object 3 is the name.
  sketch.attribute(session, sketch.text("u-17"), "user");
  const auto lost = sketch.object("Node", 16);
  sketch.attribute(lost, lost, "self");
  load_sketch(sketch);
  EXPECT_EQ(
      rows("SELECT object.id, address, name, size, refcount, generation, gc_tracked, reachable,"
           " retained_size, dominator_id, root_distance, cycle_id, surplus, value"
           " FROM object JOIN type ON type.id = type_id ORDER BY object.id"),
      (Rows{"0|4096|module|72|1|-|0|1|404|-|0|-|1|shop", "1|4160|dict|184|1|-|0|1|332|0|1|-|0|-",
            "2|4224|shop.Session|48|4|2|1|1|98|1|2|-|3|-", "3|4288|str|50|1|-|0|1|50|1|2|-|0|last",
            "4|4352|str|50|1|-|0|1|50|2|3|-|0|u-17", "5|4416|Node|16|1|-|0|0|0|-|-|0|0|-"}));
}

TEST_F(Load, NamesReferencesAsTheProgramDoes) {
  HeapSketch sketch;
  const auto box = sketch.object("Box");
  const auto item = sketch.object("Item");
  sketch.root(box, dump::RootKind::kGlobal, "box");
  sketch.attribute(box, item, "first");
  sketch.item(box, item, 7);
  sketch.entry(box, sketch.text("key"), item);
  sketch.entry(box, sketch.object("tuple"), item);
  sketch.conservative(box, item);
  sketch.weak(box, item);
  load_sketch(sketch);
  EXPECT_EQ(
      rows("SELECT source_id, target_id, kind, label, weak, key_id FROM reference"),
      (Rows{"0|1|attribute|first|0|-", "0|1|item|7|0|-", "0|2|key|0|0|-", "0|1|value|key|0|2",
            "0|3|key|1|0|-", "0|1|value|tuple|0|3", "0|1|conservative|16|0|-", "0|1|weak|-|1|-"}));
  EXPECT_EQ(rows("SELECT object_id, kind, label FROM root"), Rows{"0|global|box"});
}

TEST_F(Load, StoresImmortalAsNullAndKeepsEveryBitOfAnAddress) {
  dump::HeapBuilder builder;
  builder.add_object({.address = 0xFFFFFFFF81000000,
                      .type = builder.add_type("NoneType"),
                      .size = 16,
                      .refcount = dump::kImmortal,
                      .flags = {}});
  const dump::Heap heap = std::move(builder).finish();
  load({.heap = heap, .source = "a.hsd", .file = {}}, path_, {});
  EXPECT_EQ(rows("SELECT refcount, printf('%x', address) FROM object"), Rows{"-|ffffffff81000000"});
}

TEST_F(Load, StoresUnreachableCyclesWithTheirTails) {
  HeapSketch sketch;
  const auto node =
      sketch.object("Node", 64, dump::ObjectFlags().set(dump::ObjectFlags::kHasFinalizer));
  const auto other = sketch.object("Node", 64);
  sketch.attribute(node, other, "next");
  sketch.attribute(other, node, "prev");
  sketch.attribute(other, sketch.text("left over"), "note");
  load_sketch(sketch);
  EXPECT_EQ(rows("SELECT id, objects, size, tail_objects, tail_size, has_finalizer FROM cycle"),
            Rows{"0|2|128|1|50|1"});
  EXPECT_EQ(rows("SELECT count(*) FROM object WHERE cycle_id = 0"), Rows{"3"});
}

TEST_F(Load, KeepsManyRowsInOrder) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  sketch.root(list, dump::RootKind::kGlobal, "list");
  for (std::uint32_t number = 0; number < 1234; ++number) {
    sketch.item(list, sketch.text(std::to_string(number)), number);
  }
  load_sketch(sketch);
  EXPECT_EQ(rows("SELECT count(*), count(DISTINCT id), max(id) FROM object"),
            Rows{"1235|1235|1234"});
  EXPECT_EQ(rows("SELECT count(*) FROM reference JOIN object ON object.id = target_id"
                 " WHERE label = value"),
            Rows{"1234"});
}

TEST_F(Load, SeveralDumpsShareADatabaseSoThatGrowthIsAQuery) {
  HeapSketch first;
  first.root(first.object("Session", 100), dump::RootKind::kGlobal, "a");
  HeapSketch second;
  for (int number = 0; number < 3; ++number) {
    second.root(second.object("Session", 100), dump::RootKind::kGlobal, "a");
  }
  second.root(second.object("Basket", 7), dump::RootKind::kGlobal, "b");
  second.facts().pid = 2;
  EXPECT_EQ(load_sketch(first, "old.hsd"), 1);
  EXPECT_EQ(load_sketch(second, "new.hsd"), 2);
  EXPECT_EQ(rows("SELECT * FROM growth ORDER BY size_growth DESC"),
            (Rows{"1|2|Session|1|3|100|300|200", "1|2|Basket|0|1|0|7|7"}));
  EXPECT_EQ(rows("SELECT * FROM roots_by_kind"), (Rows{"1|global|1|1", "2|global|4|4"}));
  EXPECT_EQ(rows("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL"),
            Rows{"1"});
}

TEST_F(Load, RejectsADatabaseOfAnotherProgramAndLeavesItAlone) {
  Database(path_, OpenMode::kWrite).execute("CREATE TABLE bookmark (url)");
  const Error error = failure(HeapSketch());
  EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
  EXPECT_NE(std::string(error.what()).find("not heapscan's"), std::string::npos);
  EXPECT_EQ(rows("SELECT name FROM sqlite_schema"), Rows{"bookmark"});
}

TEST_F(Load, RejectsADatabaseOfAnotherVersion) {
  load_sketch(HeapSketch());
  Database(path_, OpenMode::kWrite).execute("PRAGMA user_version = 99");
  const Error error = failure(HeapSketch());
  EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
  EXPECT_NE(std::string(error.what()).find("version 99"), std::string::npos);
}

TEST_F(Load, RejectsAFileThatIsNotADatabase) {
  std::ofstream(path_) << std::string(4096, 'x');
  EXPECT_EQ(failure(HeapSketch()).kind(), ErrorKind::kBadInput);
  EXPECT_EQ(std::filesystem::file_size(path_), 4096U);
}

TEST_F(Load, ThatCannotOpenTheDatabaseNamesIt) {
  path_ = "/nowhere/heap.db";
  const Error error = failure(HeapSketch());
  EXPECT_EQ(error.kind(), ErrorKind::kOutput);
  EXPECT_NE(std::string(error.what()).find("/nowhere/heap.db"), std::string::npos);
}

/// While this exists, files of this process cannot grow beyond a size, as if the disk were full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }

  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  FullDisk(FullDisk&&) = delete;
  FullDisk& operator=(FullDisk&&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

HeapSketch thousand_texts() {
  HeapSketch sketch;
  for (int number = 0; number < 1000; ++number) {
    sketch.root(sketch.text(std::string(200, 'x')), dump::RootKind::kGlobal, "text");
  }
  return sketch;
}

TEST_F(Load, StringsOfTheProgramThatAreNotUtf8AreEscaped) {
  HeapSketch sketch;
  sketch.root(sketch.text("caf\xe9"), dump::RootKind::kGlobal, "\xff");
  load_sketch(sketch, "app.hsd");
  EXPECT_EQ(rows("SELECT value FROM object"), Rows{"caf\\xe9"});
  EXPECT_EQ(rows("SELECT label FROM root"), Rows{"\\xff"});
}

TEST_F(Load, OntoAFullDiskLeavesTheDatabaseUnchanged) {
  load_sketch(HeapSketch(), "first.hsd");
  {
    const FullDisk full(std::filesystem::file_size(path_) + 50'000);
    EXPECT_EQ(failure(thousand_texts()).kind(), ErrorKind::kOutput);
  }
  EXPECT_EQ(rows("SELECT path FROM dump"), Rows{"first.hsd"});
  EXPECT_EQ(rows("SELECT count(*) FROM object"), Rows{"0"});
  EXPECT_EQ(rows("PRAGMA integrity_check"), Rows{"ok"});
}

TEST_F(Load, OntoAFullDiskCreatesNoDatabase) {
  const FullDisk full(50'000);
  EXPECT_EQ(failure(thousand_texts()).kind(), ErrorKind::kOutput);
  EXPECT_EQ(directory_.entries(), 0U);
}

TEST_F(Load, ThatIsStoppedHalfwayLeavesTheDatabaseUnchanged) {
  load_sketch(HeapSketch(), "first.hsd");
  HeapSketch large;
  const auto list = large.object("list");
  for (std::uint32_t number = 0; number < 70'000; ++number) {
    large.item(list, list, number);
  }
  const auto stop = [](std::uint64_t done, std::uint64_t total) {
    EXPECT_LT(done, total);
    return false;
  };
  const dump::Heap heap = large.heap();
  EXPECT_THROW(load({.heap = heap, .source = "second.hsd", .file = {}}, path_, stop), Error);
  EXPECT_EQ(rows("SELECT path FROM dump"), Rows{"first.hsd"});
  EXPECT_EQ(rows("SELECT count(*) FROM reference"), Rows{"0"});
}

}  // namespace
}  // namespace heapscan::analysis::store
