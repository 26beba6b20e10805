#include "cli/console/terminal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <map>

#include <gtest/gtest.h>

namespace heapscan::cli {
namespace {

Environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

/// The slave side of a pseudoterminal.
class PseudoTerminal {
 public:
  PseudoTerminal() : master_(posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ >= 0 && grantpt(master_) == 0 && unlockpt(master_) == 0) {
      slave_ = open(ptsname(master_), O_RDWR | O_NOCTTY);
    }
  }

  ~PseudoTerminal() {
    close(slave_);
    close(master_);
  }

  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;
  PseudoTerminal(PseudoTerminal&&) = delete;
  PseudoTerminal& operator=(PseudoTerminal&&) = delete;

  [[nodiscard]] int descriptor() const { return slave_; }

 private:
  int master_ = -1;
  int slave_ = -1;
};

class OnATerminal : public testing::Test {
 protected:
  void SetUp() override { ASSERT_GE(terminal_.descriptor(), 0) << "needs a pseudoterminal"; }

  [[nodiscard]] Terminal look(std::map<std::string, std::string> variables) const {
    return Terminal::of(terminal_.descriptor(), with(std::move(variables)));
  }

  PseudoTerminal terminal_;
};

TEST_F(OnATerminal, ThereIsColourUnlessSomethingTurnsItOff) {
  EXPECT_TRUE(look({{"TERM", "xterm"}}).colour);
  EXPECT_FALSE(look({{"TERM", "dumb"}}).colour);
  EXPECT_FALSE(look({{"TERM", "xterm"}, {"NO_COLOR", "1"}}).colour);
  EXPECT_TRUE(look({{"TERM", "xterm"}, {"NO_COLOR", ""}}).colour) << "empty means not set";
}

TEST_F(OnATerminal, ColumnsIsTheWidthUnlessItIsNotANumber) {
  EXPECT_EQ(look({{"COLUMNS", "40"}}).width, 40U);
  EXPECT_NE(look({{"COLUMNS", "wide"}}).width, 40U);
  EXPECT_EQ(look({{"COLUMNS", "-7"}}).width, look({}).width);
}

TEST(Terminal, AFileHasNoColourAndNoWidth) {
  const int file = open("/dev/null", O_WRONLY);
  const Terminal terminal = Terminal::of(file, with({{"TERM", "xterm"}, {"COLUMNS", "40"}}));
  close(file);
  EXPECT_FALSE(terminal.is_terminal);
  EXPECT_FALSE(terminal.colour);
  EXPECT_EQ(terminal.width, 0U);
}

TEST(Terminal, ColourOffATerminalCanBeForced) {
  const int file = open("/dev/null", O_WRONLY);
  EXPECT_TRUE(Terminal::of(file, with({{"CLICOLOR_FORCE", "1"}})).colour);
  EXPECT_FALSE(Terminal::of(file, with({{"CLICOLOR_FORCE", "0"}})).colour);
  EXPECT_FALSE(Terminal::of(file, with({{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}})).colour);
  close(file);
}

TEST(Terminal, TheOptionOverridesEverything) {
  Terminal terminal;
  terminal.colour = false;
  EXPECT_TRUE(terminal.wants_colour(When::kAlways));
  EXPECT_FALSE(terminal.wants_colour(When::kAuto));
  terminal.colour = true;
  EXPECT_FALSE(terminal.wants_colour(When::kNever));
}

}  // namespace
}  // namespace heapscan::cli
