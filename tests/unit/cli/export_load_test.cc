#include <filesystem>
#include <string>

#include <gtest/gtest.h>

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

TEST_F(ExportAndLoad, ExportSaysHowManyObjectsItLeftOut) {
  const Outcome outcome = run_heapscan({"export", dump_, "--type", "shop.Session", "-n", "2"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("not drawn: raise --limit"), std::string::npos) << outcome.err;
}

TEST_F(ExportAndLoad, ExportWritesAFile) {
  const std::string file = (directory_ / "x.dot").string();
  EXPECT_EQ(run_heapscan({"export", dump_, "--type", "dict", "-o", file}).out, "");
  EXPECT_EQ(file_text(file), run_heapscan({"export", dump_, "--type", "dict", "-o", "-"}).out);
}

TEST_F(ExportAndLoad, LoadSaysWhichDumpIsWhich) {
  const std::string database = (directory_ / "heap.db").string();
  const Outcome outcome = run_heapscan({"load", dump_, dump_, "-o", database});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("heap.db: dump 1 is " + dump_ + ": "), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("heap.db: dump 2 is "), std::string::npos);
}

TEST_F(ExportAndLoad, LoadRefusesAFileThatIsNoDatabaseOfOurs) {
  const Outcome outcome = run_heapscan({"load", dump_, "-o", dump_});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("give another name for the database"), std::string::npos);
}

TEST_F(ExportAndLoad, LoadOfAMissingDumpMakesNoDatabase) {
  const std::filesystem::path database = directory_ / "heap.db";
  EXPECT_EQ(run_heapscan({"load", "/nowhere.hsd", "-o", database.string()}).code, 3);
  EXPECT_FALSE(std::filesystem::exists(database));
}

}  // namespace
}  // namespace heapscan::tests
