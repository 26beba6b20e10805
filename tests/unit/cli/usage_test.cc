#include <cstdlib>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/console/exit_code.h"
#include "tests/unit/cli/run_heapscan.h"

namespace heapscan::tests {
namespace {

using Arguments = std::vector<std::string>;

/// A wrong command line, and what its message must contain.
struct WrongCall {
  Arguments arguments;
  std::string said;
};

/// The name of the test: the command line itself.
void PrintTo(const WrongCall& call, std::ostream* out) {
  *out << "heapscan";
  for (const std::string& argument : call.arguments) {
    *out << ' ' << argument;
  }
}

class WrongCalls : public testing::TestWithParam<WrongCall> {};

TEST_P(WrongCalls, ExitWithTwoAndOneLineThatSaysWhatToDo) {
  const Outcome outcome = run_heapscan(GetParam().arguments);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err.find("heapscan: "), 0U) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
  EXPECT_NE(outcome.err.find(GetParam().said), std::string::npos) << outcome.err;
}

INSTANTIATE_TEST_SUITE_P(
    OfTheProgram,
    WrongCalls,
    testing::Values(
        WrongCall{{"inspct", "a"},
                  "unknown verb 'inspct': did you mean 'inspect'? See heapscan --help"},
        WrongCall{{""}, "unknown verb ''"},
        WrongCall{{"--frob"}, "unexpected option '--frob': options go after the verb"},
        WrongCall{{"inspect"}, "inspect: DUMP is required: see heapscan inspect --help"},
        WrongCall{{"inspect", "a", "b"}, "unexpected argument 'b'"},
        WrongCall{{"inspect", "a", "--objct", "1"},
                  "unknown option --objct: did you mean '--object'?"},
        WrongCall{{"inspect", "a", "--limit"}, "--limit"},
        WrongCall{{"inspect", "a", "--limit", "-1"}, "'-1' is not a number from 0"},
        WrongCall{{"inspect", "a", "--limit", "many"}, "'many' is not a number from 0"},
        WrongCall{{"inspect", "a", "--format", "xml"},
                  "'xml' is not one of csv|json|markdown|text"},
        WrongCall{{"inspect", "a", "--color", "blue"}, "'blue' is not one of always|auto|never"},
        WrongCall{{"inspect", "a", "--object", "zz"}, "'zz' is not an address"},
        WrongCall{{"inspect", "a", "--object", "0x"}, "'0x' is not an address"},
        WrongCall{{"inspect", "a", "--object", "1", "--type", "t"}, "cannot be combined with"},
        WrongCall{{"capture"}, "missing argument: PID or --core FILE"},
        WrongCall{{"capture", "nginx"}, "'nginx' is not a process ID"},
        WrongCall{{"capture", "-5"}, "-5"},
        WrongCall{{"capture", "0"}, "'0' is not a process ID"},
        WrongCall{{"capture", "99999999999"}, "is not a process ID"},
        WrongCall{{"capture", "1", "--compression", "gzip"}, "'gzip' is not one of none|zstd"},
        WrongCall{{"diff", "a"}, "NEW is required"},
        WrongCall{{"gate", "a", "b"}, "no rules given: add --max-growth LIMIT"},
        WrongCall{{"gate", "a", "b", "--max-growth", "5q"}, "5q"},
        WrongCall{{"gate", "a", "b", "--max-growth", "-5%"}, "-5%"},
        WrongCall{{"gate", "a", "b", "--max-type-growth", "dict"}, "dict"},
        WrongCall{{"gate", "a", "b", "--max-cycles", "-1"}, "'-1' is not a number from 0"},
        WrongCall{{"export", "a"}, "add --object ADDRESS or --type NAME"},
        WrongCall{{"export", "a", "--type", "t", "--format", "svg"},
                  "'svg' is unsupported; supported: dot, hsd"},
        WrongCall{{"export", "a", "--type", "t", "--direction", "up"}, "'up' is not one of in|out"},
        WrongCall{{"load", "a"}, "--output is required"}));

TEST(Usage, NoArgumentsShowTheHelpAsAnError) {
  const Outcome outcome = run_heapscan({});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("Examples:"), std::string::npos);
}

TEST(Usage, HelpGoesToStandardOutputAndShowsExamplesBeforeOptions) {
  for (const Arguments& arguments : std::vector<Arguments>{{"--help"},
                                                           {"-h"},
                                                           {"capture", "--help"},
                                                           {"inspect", "--help"},
                                                           {"diff", "--help"},
                                                           {"gate", "--help"},
                                                           {"export", "--help"},
                                                           {"load", "-h"}}) {
    const Outcome outcome = run_heapscan(arguments);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_LT(outcome.out.find("Examples:"), outcome.out.find("Options:")) << outcome.out;
    EXPECT_NE(outcome.out.find("Exit codes:"), std::string::npos);
    EXPECT_NE(outcome.out.find("Usage: heapscan"), std::string::npos);
  }
}

TEST(Usage, HelpFitsEightyColumns) {
  for (const char* verb : {"capture", "inspect", "diff", "gate", "export", "load", "sql", "demo"}) {
    const std::string text = run_heapscan({verb, "--help"}).out;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      EXPECT_LE(end - begin, 80U) << text.substr(begin, end - begin);
      EXPECT_TRUE(end == begin || text[end - 1] != ' ') << text.substr(begin, end - begin);
      begin = end + 1;
    }
  }
}

TEST(Usage, VersionShowsHowTheProgramWasBuilt) {
  const Outcome outcome = run_heapscan({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.find("heapscan "), 0U);
  EXPECT_NE(outcome.out.find("CLI11"), std::string::npos);
}

TEST(Usage, AnEnvironmentVariableIsCheckedLikeTheOption) {
  ASSERT_EQ(setenv("HEAPSCAN_FORMAT", "xml", 1), 0);
  const Outcome outcome = run_heapscan({"inspect", "a"});
  ASSERT_EQ(unsetenv("HEAPSCAN_FORMAT"), 0);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("'xml' is not one of csv|json|markdown|text"), std::string::npos)
      << outcome.err;
}

TEST(ExitCodes, FollowTheKindOfTheFailure) {
  EXPECT_EQ(cli::exit_code(ErrorKind::kUsage), cli::ExitCode::kUsage);
  EXPECT_EQ(cli::exit_code(ErrorKind::kBadInput), cli::ExitCode::kFile);
  EXPECT_EQ(cli::exit_code(ErrorKind::kOutput), cli::ExitCode::kFile);
  EXPECT_EQ(cli::exit_code(ErrorKind::kTarget), cli::ExitCode::kTarget);
  EXPECT_EQ(cli::exit_code(ErrorKind::kInternal), cli::ExitCode::kInternal);
}

TEST(ExitCodes, AProcessThatDoesNotExistIsATargetThatCannotBeRead) {
  // The largest process id that Linux can assign is 4194304.
  const Outcome outcome = run_heapscan({"capture", "99999999", "-o", "/tmp/never.hsd"});
  EXPECT_EQ(outcome.code, 5) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1);
}

TEST(ExitCodes, AnOutputThatCannotBeWrittenIsReportedBeforeTheProcessIsRead) {
  const Outcome outcome = run_heapscan({"capture", "99999999", "-o", "/nowhere/x.hsd"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("/nowhere/x.hsd: there is no directory /nowhere"), std::string::npos);
}

}  // namespace
}  // namespace heapscan::tests
