#include "analysis/text/signature_tree.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/text/step_table.h"

namespace heapscan::analysis {
namespace {

/// A step: its label, and the type to which it leads.
using Step = std::pair<const char*, const char*>;

/// A tree, and walks through it from its top.
struct Walks {
  NodeId follow(NodeId node, const Step& step) {
    const std::string label = step.first;
    const LabelForm form =
        label.starts_with('[') || label == " key" ? LabelForm::kBehindType : LabelForm::kAlone;
    return tree.child(node, tree.label(label, form), tree.type(step.second));
  }

  NodeId walk(std::initializer_list<Step> steps) {
    NodeId node = SignatureTree::kTop;
    for (const Step& step : steps) {
      node = follow(node, step);
    }
    return node;
  }

  std::string text(std::initializer_list<Step> steps) { return tree.text(walk(steps)); }

  SignatureTree tree;
};

TEST(SignatureTree, EqualStepsAreOneNode) {
  Walks walks;
  EXPECT_EQ(walks.walk({{"module a", ""}, {".x", "dict"}}),
            walks.walk({{"module a", ""}, {".x", "dict"}}));
  EXPECT_NE(walks.walk({{"module a", ""}, {".x", "dict"}}),
            walks.walk({{"module a", ""}, {".x", "list"}}));
  EXPECT_EQ(walks.tree.nodes().size(), 4U);
}

TEST(SignatureTree, FindsEachOfManyStepsAgain) {
  SignatureTree tree;
  constexpr std::uint32_t kSteps = 100'000;
  const auto label = [&](std::uint32_t step) {
    return tree.label(std::to_string(step / 5), LabelForm::kAlone);
  };
  const auto type = [&](std::uint32_t step) { return tree.type(std::to_string(step % 5)); };
  std::vector<NodeId> nodes;
  for (std::uint32_t step = 0; step < kSteps; ++step) {
    ASSERT_FALSE(tree.known_child(SignatureTree::kTop, label(step), type(step)).has_value());
    nodes.push_back(tree.child(SignatureTree::kTop, label(step), type(step)));
  }
  for (std::uint32_t step = 0; step < kSteps; ++step) {
    ASSERT_EQ(tree.known_child(SignatureTree::kTop, label(step), type(step)), nodes[step]);
  }
  EXPECT_EQ(tree.nodes().size(), kSteps + 1);
}

TEST(SignatureTree, ALinkedListIsOneStep) {
  Walks walks;
  EXPECT_EQ(walks.text({{"module a", ""},
                        {".HEAD", "Node"},
                        {".next", "Node"},
                        {".next", "Node"},
                        {".next", "Node"}}),
            "module a > .HEAD > .next > Node");
}

TEST(SignatureTree, AnAlternatingPatternIsFolded) {
  Walks walks;
  const auto once = {Step{"module a", ""}, Step{".A", "A"}, Step{".b", "B"}, Step{".a", "A"}};
  EXPECT_EQ(walks.text(once), "module a > .A > .b > .a > A");
  EXPECT_EQ(
      walks.text(
          {{"module a", ""}, {".A", "A"}, {".b", "B"}, {".a", "A"}, {".b", "B"}, {".a", "A"}}),
      walks.text(once));
}

TEST(SignatureTree, ATreeOfOneTypeHasAsManyNodesAsItHasKindsOfSteps) {
  Walks walks;
  NodeId node = walks.walk({{"module a", ""}, {".ROOT", "Node"}});
  for (int depth = 0; depth < 100; ++depth) {
    node = walks.follow(walks.follow(node, {".children", "list"}), {"[*]", "Node"});
  }
  EXPECT_EQ(walks.tree.text(node), "module a > .ROOT > .children > list[*] > Node");
  EXPECT_EQ(walks.tree.nodes().size(), 5U);
}

TEST(SignatureTree, ABinaryTreeStaysSmallHoweverDeepItIs) {
  Walks walks;
  std::uint32_t random = 1;
  const NodeId root = walks.walk({{"module a", ""}, {".ROOT", "Node"}});
  for (int leaf = 0; leaf < 1000; ++leaf) {
    NodeId node = root;
    for (int depth = 0; depth < 50; ++depth) {
      random = random * 1664525U + 1013904223U;
      node = walks.follow(node, {(random >> 31U) != 0 ? ".left" : ".right", "Node"});
    }
  }
  // The top, the module, the root; left, right, left under right, right under left.
  EXPECT_EQ(walks.tree.nodes().size(), 7U);
}

TEST(SignatureTree, NestedContainersAreFoldedWhenAWholePatternRepeats) {
  Walks walks;
  EXPECT_EQ(
      walks.text(
          {{"module a", ""}, {".X", "list"}, {"[*]", "list"}, {"[*]", "list"}, {"[*]", "list"}}),
      "module a > .X > list[*] > list");
  const auto json = {Step{"module a", ""}, Step{".X", "dict"},  Step{"[*]", "list"},
                     Step{"[*]", "dict"},  Step{"[*]", "list"}, Step{"[*]", "dict"}};
  EXPECT_EQ(walks.text(json), "module a > .X > dict[*] > list[*] > dict");
}

TEST(SignatureTree, TwoContainersOnOnePathAreNotConfused) {
  Walks walks;
  EXPECT_EQ(walks.text({{"module a", ""},
                        {".X", "list"},
                        {"[*]", "tuple"},
                        {"[*]", "Foo"},
                        {".items", "list"},
                        {"[*]", "tuple"},
                        {"[*]", "Bar"}}),
            "module a > .X > list[*] > tuple[*] > .items > list[*] > tuple[*] > Bar");
}

TEST(SignatureTree, AnAttributeOfAnotherTypeIsNotARepetition) {
  Walks walks;
  EXPECT_EQ(
      walks.text(
          {{"module a", ""}, {".x", "A"}, {".cache", "dict"}, {"[*]", "B"}, {".cache", "dict"}}),
      "module a > .x > .cache > dict[*] > .cache > dict");
}

TEST(SignatureTree, RootsAreNotRepeated) {
  Walks walks;
  const NodeId root = walks.walk({{"native", "list"}});
  EXPECT_NE(walks.follow(root, {"[*]", "list"}), root);
}

TEST(SignatureTree, NestingWithoutAPatternEndsSomewhere) {
  Walks walks;
  constexpr const char* kTypes[] = {"list", "dict", "tuple", "deque"};
  std::uint32_t random = 7;
  NodeId node = walks.walk({{"native", "list"}});
  std::uint32_t deepest = 0;
  for (int depth = 0; depth < 100'000; ++depth) {
    random = random * 1664525U + 1013904223U;
    node = walks.follow(node, {"[*]", kTypes[random >> 30U]});
    deepest = std::max(deepest, walks.tree.node(node).depth);
  }
  EXPECT_LE(deepest, 64U + 16U + 1U);
}

TEST(StepTable, KnowsEveryStepHoweverMuchItGrows) {
  StepTable table;
  EXPECT_FALSE(table.find({NodeId(1), LabelId(2), TypeNameId(3)}).has_value());
  const auto step = [](std::uint32_t row) {
    return StepTable::Step{NodeId(row % 7), LabelId(row / 7 % 11), TypeNameId(row / 77)};
  };
  for (std::uint32_t row = 0; row < 10'000; ++row) {
    NodeId& node = table[step(row)];
    ASSERT_FALSE(node.has_value()) << row;
    node = NodeId(row);
  }
  for (std::uint32_t row = 0; row < 10'000; ++row) {
    ASSERT_EQ(table.find(step(row)), NodeId(row));
    ASSERT_EQ(table[step(row)], NodeId(row));
  }
  EXPECT_FALSE(table.find(step(10'000)).has_value());
}

}  // namespace
}  // namespace heapscan::analysis
