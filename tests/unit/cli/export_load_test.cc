#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "analysis/store/database.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"
#include "tests/unit/cli/shop_heap.h"

namespace heapscan::tests {
namespace {

class ExportAndLoad : public testing::Test {
 protected:
  ExportAndLoad() : dump_(write_dump(shop_heap(5, 1).sketch.heap(), directory_ / "shop.hsd")) {}

  TemporaryDirectory directory_;
  std::string dump_;
};

TEST_F(ExportAndLoad, ExportDrawsWhatRefersToAnObject) {
  const Outcome outcome =
      run_heapscan({"export", dump_, "--object", "0x1100", "--depth", "1", "--format", "dot"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out.find("digraph"), 0U);
  EXPECT_NE(outcome.out.find("shop.Session"), std::string::npos);
  EXPECT_NE(outcome.out.find("u-0"), std::string::npos);
  EXPECT_EQ(outcome.out.find(">list<"), std::string::npos) << "that is the other direction";
}

TEST_F(ExportAndLoad, ExportDrawsWhatAnObjectRefersToWhenAsked) {
  const Outcome outcome =
      run_heapscan({"export", dump_, "--object", "0x1100", "--direction", "out"});
  EXPECT_NE(outcome.out.find("list"), std::string::npos);
  EXPECT_EQ(outcome.out.find("u-0"), std::string::npos);
}

TEST_F(ExportAndLoad, ExportReportsHowManyObjectsItLeftOut) {
  const Outcome outcome = run_heapscan({"export", dump_, "--type", "shop.Session", "-n", "2"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("not drawn: raise --limit"), std::string::npos) << outcome.err;
}

TEST_F(ExportAndLoad, ExportWritesAFile) {
  const std::string file = (directory_ / "x.dot").string();
  EXPECT_EQ(run_heapscan({"export", dump_, "--type", "dict", "-o", file}).out, "");
  EXPECT_EQ(file_text(file), run_heapscan({"export", dump_, "--type", "dict", "-o", "-"}).out);
}

TEST_F(ExportAndLoad, LoadReportsTheNumbersOfTheDumps) {
  const std::string database = (directory_ / "heap.db").string();
  const Outcome outcome = run_heapscan({"load", "--again", dump_, dump_, "-o", database});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("heap.db: dump 1 is " + dump_ + ": "), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("heap.db: dump 2 is "), std::string::npos);
}

TEST_F(ExportAndLoad, LoadRejectsADumpThatTheDatabaseAlreadyHas) {
  const std::string database = (directory_ / "heap.db").string();
  EXPECT_EQ(run_heapscan({"load", dump_, "-o", database}).code, 0);
  const Outcome outcome = run_heapscan({"load", dump_, "-o", database});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("already contains this dump as number 1"), std::string::npos)
      << outcome.err;
}

TEST_F(ExportAndLoad, ADatabaseCanBeGivenInPlaceOfItsDumps) {
  const std::string database = (directory_ / "heap.db").string();
  EXPECT_EQ(run_heapscan({"load", dump_, "-o", database}).code, 0);
  const std::string of_dump = run_heapscan({"inspect", dump_}).out;
  EXPECT_EQ(run_heapscan({"inspect", database}).out, of_dump);
  EXPECT_EQ(run_heapscan({"inspect", database + ":1"}).out, of_dump);
  EXPECT_NE(run_heapscan({"inspect", database + ":2"}).err.find("has no dump 2"),
            std::string::npos);
  EXPECT_EQ(run_heapscan({"load", "--again", database + ":1", "-o", database}).code, 0);
  const Outcome which = run_heapscan({"inspect", database});
  EXPECT_EQ(which.code, 2);
  EXPECT_NE(which.err.find("has 2 dumps: choose one"), std::string::npos) << which.err;
  EXPECT_EQ(run_heapscan({"diff", database + ":1", database + ":2"}).code, 0);
}

TEST_F(ExportAndLoad, WithoutReferencesADatabaseCannotBeGivenInPlaceOfADump) {
  const std::string database = (directory_ / "heap.db").string();
  EXPECT_EQ(run_heapscan({"load", "--no-references", dump_, "-o", database}).code, 0);
  const Outcome outcome = run_heapscan({"inspect", database});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("--no-references"), std::string::npos) << outcome.err;
}

TEST_F(ExportAndLoad, TheDumpsInADatabaseOfAnOlderHeapscanCanBeReloaded) {
  const std::string older = (directory_ / "older.db").string();
  EXPECT_EQ(run_heapscan({"load", dump_, "-o", older}).code, 0);
  analysis::store::Database(older, analysis::store::OpenMode::kWrite)
      .execute("DROP TABLE suspect; PRAGMA user_version = 2");
  const Outcome refused = run_heapscan({"sql", older, "SELECT * FROM suspect"});
  EXPECT_EQ(refused.code, 3);
  const std::string advice = "heapscan load " + older + ":1 -o new.db";
  EXPECT_NE(refused.err.find(advice), std::string::npos) << refused.err;
  EXPECT_EQ(run_heapscan({"load", dump_, "--again", "-o", older}).code, 3);
  const std::string database = (directory_ / "new.db").string();
  EXPECT_EQ(run_heapscan({"load", older + ":1", "-o", database}).code, 0);
  EXPECT_EQ(run_heapscan({"inspect", database}).out, run_heapscan({"inspect", dump_}).out);
}

TEST_F(ExportAndLoad, SqlPrintsRowsInFourFormats) {
  const std::string sql = "SELECT 1 AS n, 'a|b' AS t, NULL AS x, 'say \"hi\", twice' AS q";
  EXPECT_EQ(run_heapscan({"sql", dump_, sql}).out, "n  t    x  q\n1  a|b     say \"hi\", twice\n");
  EXPECT_EQ(run_heapscan({"sql", dump_, sql, "--format", "csv"}).out,
            "n,t,x,q\n1,a|b,,\"say \"\"hi\"\", twice\"\n");
  EXPECT_EQ(run_heapscan({"sql", dump_, sql, "--format", "markdown"}).out,
            "| n | t | x | q |\n|---|---|---|---|\n| 1 | a\\|b |  | say \"hi\", twice |\n");
  const std::string json = run_heapscan({"sql", dump_, sql, "--format", "json"}).out;
  EXPECT_NE(json.find("\"rows\":[\n[1,\"a|b\",null,\"say \\\"hi\\\", twice\"]],\"complete\":true}"),
            std::string::npos)
      << json;
}

TEST_F(ExportAndLoad, SqlSeparatesTheResultsOfSeveralStatements) {
  const std::string sql = "SELECT 1 AS a; SELECT 2 AS b";
  EXPECT_EQ(run_heapscan({"sql", dump_, sql}).out, "a\n1\n\nb\n2\n");
  EXPECT_EQ(run_heapscan({"sql", dump_, sql, "--format", "markdown"}).out,
            "| a |\n|---|\n| 1 |\n\n| b |\n|---|\n| 2 |\n");
  EXPECT_EQ(run_heapscan({"sql", dump_, sql, "--format", "csv"}).out, "a\n1\nb\n2\n");
}

TEST_F(ExportAndLoad, SqlTreatsAnEmptyArgumentAsAMissingQuery) {
  const Outcome outcome = run_heapscan({"sql", dump_, ""});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("the query is empty"), std::string::npos) << outcome.err;
}

TEST_F(ExportAndLoad, SqlEscapesStringsOfTheProgramOnTheTerminal) {
  EXPECT_EQ(run_heapscan({"sql", dump_, "SELECT char(27) || '[2J' AS t"}).out, "t\n\\x1b[2J\n");
}

TEST_F(ExportAndLoad, SqlReportsWhatItDoesNotUnderstand) {
  const Outcome outcome = run_heapscan({"sql", dump_, "SELECT * FROM objects"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("no such table: objects"), std::string::npos) << outcome.err;
  EXPECT_EQ(run_heapscan({"sql", "SELECT 1 + 1"}).code, 2);
  EXPECT_EQ(run_heapscan({"sql", dump_, "-f", "/nowhere.sql"}).code, 3);
}

TEST_F(ExportAndLoad, SqlStopsAtItsTimeoutAndReportsThat) {
  const Outcome outcome =
      run_heapscan({"sql", dump_, "--timeout", "0.05",
                    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
                    "SELECT max(x) FROM c"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_NE(outcome.err.find("--timeout"), std::string::npos) << outcome.err;
}

TEST_F(ExportAndLoad, LoadRejectsADatabaseThatItDidNotCreate) {
  const Outcome outcome = run_heapscan({"load", dump_, "-o", dump_});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("choose another file"), std::string::npos);
}

TEST_F(ExportAndLoad, LoadOfAMissingDumpCreatesNoDatabase) {
  const std::filesystem::path database = directory_ / "heap.db";
  EXPECT_EQ(run_heapscan({"load", "/nowhere.hsd", "-o", database.string()}).code, 3);
  EXPECT_FALSE(std::filesystem::exists(database));
}

}  // namespace
}  // namespace heapscan::tests
