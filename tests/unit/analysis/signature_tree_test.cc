#include "analysis/signature_tree.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace heapscan::analysis {
namespace {

/// A step: its label, and the type that it comes to.
using Step = std::pair<const char*, const char*>;

class SignatureTreeTest : public testing::Test {
 protected:
  std::uint32_t follow(std::uint32_t node, const Step& step) {
    const std::string label = step.first;
    const LabelForm form =
        label.starts_with('[') || label == " key" ? LabelForm::kBehindType : LabelForm::kAlone;
    return tree_.child(node, tree_.label(label, form), tree_.type(step.second));
  }

  std::uint32_t walk(std::initializer_list<Step> steps) {
    std::uint32_t node = SignatureTree::kTop;
    for (const Step& step : steps) {
      node = follow(node, step);
    }
    return node;
  }

  std::string text(std::initializer_list<Step> steps) { return tree_.text(walk(steps)); }

  SignatureTree tree_;
};

TEST_F(SignatureTreeTest, EqualStepsAreOneNode) {
  EXPECT_EQ(walk({{"module a", ""}, {".x", "dict"}}), walk({{"module a", ""}, {".x", "dict"}}));
  EXPECT_NE(walk({{"module a", ""}, {".x", "dict"}}), walk({{"module a", ""}, {".x", "list"}}));
  EXPECT_EQ(tree_.nodes().size(), 4U);
}

TEST_F(SignatureTreeTest, ALinkedListIsOneStep) {
  EXPECT_EQ(text({{"module a", ""},
                  {".HEAD", "Node"},
                  {".next", "Node"},
                  {".next", "Node"},
                  {".next", "Node"}}),
            "module a > .HEAD > .next > Node");
}

TEST_F(SignatureTreeTest, AnAlternatingPatternIsFolded) {
  const auto once = {Step{"module a", ""}, Step{".A", "A"}, Step{".b", "B"}, Step{".a", "A"}};
  EXPECT_EQ(text(once), "module a > .A > .b > .a > A");
  EXPECT_EQ(
      text({{"module a", ""}, {".A", "A"}, {".b", "B"}, {".a", "A"}, {".b", "B"}, {".a", "A"}}),
      text(once));
}

TEST_F(SignatureTreeTest, ATreeOfOneTypeHasAsManyNodesAsItHasKindsOfSteps) {
  std::uint32_t node = walk({{"module a", ""}, {".ROOT", "Node"}});
  for (int depth = 0; depth < 100; ++depth) {
    node = follow(follow(node, {".children", "list"}), {"[*]", "Node"});
  }
  EXPECT_EQ(tree_.text(node), "module a > .ROOT > .children > list[*] > Node");
  EXPECT_EQ(tree_.nodes().size(), 5U);
}

TEST_F(SignatureTreeTest, ABinaryTreeStaysSmallHoweverDeepItIs) {
  std::uint32_t random = 1;
  const std::uint32_t root = walk({{"module a", ""}, {".ROOT", "Node"}});
  for (int leaf = 0; leaf < 1000; ++leaf) {
    std::uint32_t node = root;
    for (int depth = 0; depth < 50; ++depth) {
      random = random * 1664525U + 1013904223U;
      node = follow(node, {(random >> 31U) != 0 ? ".left" : ".right", "Node"});
    }
  }
  // The top, the module, the root; left, right, left under right, right under left.
  EXPECT_EQ(tree_.nodes().size(), 7U);
}

TEST_F(SignatureTreeTest, NestedContainersAreFoldedWhenAWholePatternRepeats) {
  EXPECT_EQ(
      text({{"module a", ""}, {".X", "list"}, {"[*]", "list"}, {"[*]", "list"}, {"[*]", "list"}}),
      "module a > .X > list[*] > list");
  const auto json = {Step{"module a", ""}, Step{".X", "dict"},  Step{"[*]", "list"},
                     Step{"[*]", "dict"},  Step{"[*]", "list"}, Step{"[*]", "dict"}};
  EXPECT_EQ(text(json), "module a > .X > dict[*] > list[*] > dict");
}

TEST_F(SignatureTreeTest, TwoContainersOnOnePathAreNotTakenForEachOther) {
  EXPECT_EQ(text({{"module a", ""},
                  {".X", "list"},
                  {"[*]", "tuple"},
                  {"[*]", "Foo"},
                  {".items", "list"},
                  {"[*]", "tuple"},
                  {"[*]", "Bar"}}),
            "module a > .X > list[*] > tuple[*] > .items > list[*] > tuple[*] > Bar");
}

TEST_F(SignatureTreeTest, AnAttributeOfAnotherTypeIsNoRepetition) {
  EXPECT_EQ(
      text({{"module a", ""}, {".x", "A"}, {".cache", "dict"}, {"[*]", "B"}, {".cache", "dict"}}),
      "module a > .x > .cache > dict[*] > .cache > dict");
}

TEST_F(SignatureTreeTest, RootsAreNotRepeated) {
  const std::uint32_t root = walk({{"native", "list"}});
  EXPECT_NE(follow(root, {"[*]", "list"}), root);
}

TEST_F(SignatureTreeTest, NestingWithoutAPatternEndsSomewhere) {
  constexpr const char* kTypes[] = {"list", "dict", "tuple", "deque"};
  std::uint32_t random = 7;
  std::uint32_t node = walk({{"native", "list"}});
  std::uint32_t deepest = 0;
  for (int depth = 0; depth < 100'000; ++depth) {
    random = random * 1664525U + 1013904223U;
    node = follow(node, {"[*]", kTypes[random >> 30U]});
    deepest = std::max(deepest, tree_.nodes()[node].depth);
  }
  EXPECT_LE(deepest, 64U + 16U + 1U);
}

}  // namespace
}  // namespace heapscan::analysis
