#include "formats/dot.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "analysis/graph/neighbourhood.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/temporary_directory.h"

namespace heapscan::formats {
namespace {

using tests::HeapSketch;
using tests::TemporaryDirectory;

/// The graph of what the object refers to.
std::string dot_of(const dump::Heap& heap, dump::ObjectId seed) {
  std::ostringstream out;
  write_dot(heap, analysis::neighbourhood(heap, {seed}, analysis::Direction::kOut, {9, 100}), out);
  return out.str();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The line of the graph that starts with the given text.
std::string line_of(const std::string& dot, const std::string& beginning) {
  const std::size_t at = dot.find("\n  " + beginning);
  return at == std::string::npos ? "" : dot.substr(at + 3, dot.find('\n', at + 1) - at - 3);
}

bool dot_is_installed() {
  return std::system("command -v dot > /dev/null 2>&1") == 0;  // NOLINT: a fixed command.
}

/// Whether Graphviz draws the graph without a warning.
void expect_valid(const std::string& dot) {
  const TemporaryDirectory directory;
  std::ofstream(directory / "a.dot") << dot;
  const std::string errors = (directory / "errors").string();
  const std::string command =
      "dot -Tsvg " + (directory / "a.dot").string() + " > /dev/null 2> " + errors;
  const int status = std::system(command.c_str());  // NOLINT: on a file of this test.
  std::ostringstream text;
  text << std::ifstream(errors).rdbuf();
  EXPECT_EQ(status, 0) << text.str();
  EXPECT_EQ(text.str(), "") << dot;
}

TEST(Dot, ObjectsAreBoxesWithTypeValueAndSize) {
  HeapSketch sketch;
  const auto text = sketch.text("abc", 2048);
  const std::string dot = dot_of(sketch.heap(), HeapSketch::id(text));
  EXPECT_TRUE(contains(dot, "<B>str</B><BR/>'abc'<BR/>"));
  EXPECT_TRUE(contains(dot, "2.0 KiB  0x1000"));
}

TEST(Dot, ReferencesAreEdgesWithTheirNames) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  const auto item = sketch.object("shop.Item");
  sketch.item(list, item, 3);
  sketch.attribute(item, list, "owner");
  const std::string dot = dot_of(sketch.heap(), HeapSketch::id(list));
  EXPECT_TRUE(contains(line_of(dot, "o0 -> o1"), "label=\" [3] \""));
  EXPECT_TRUE(contains(line_of(dot, "o1 -> o0"), "label=\" .owner \""));
}

TEST(Dot, SeedsHaveABoldBorder) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  sketch.item(list, sketch.object("int"), 0);
  const std::string dot = dot_of(sketch.heap(), HeapSketch::id(list));
  EXPECT_TRUE(contains(line_of(dot, "o0 ["), "penwidth=3"));
  EXPECT_FALSE(contains(line_of(dot, "o1 ["), "penwidth"));
}

TEST(Dot, RootsAreSignpostsWithTheirKindAndLabel) {
  HeapSketch sketch;
  const auto module = sketch.module("shop.cache");
  for (int row = 0; row < 4; ++row) {
    sketch.root(module, dump::RootKind::kNative, "");
  }
  const std::string dot = dot_of(sketch.heap(), HeapSketch::id(module));
  const std::string root = line_of(dot, "r0 [");
  EXPECT_TRUE(contains(root, "module shop.cache"));
  EXPECT_TRUE(contains(root, "and 2 more"));
  EXPECT_FALSE(line_of(dot, "r0 -> o0").empty());
}

TEST(Dot, KindsOfObjectsHaveDifferentColours) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  for (const char* type : {"module", "type", "function", "dict", "int", "shop.Item"}) {
    sketch.item(list, sketch.object(type), 0);
  }
  const std::string dot = dot_of(sketch.heap(), HeapSketch::id(list));
  std::set<std::string> fills;
  for (int row = 1; row <= 6; ++row) {
    const std::string line = line_of(dot, "o" + std::to_string(row) + " [");
    fills.insert(line.substr(line.find("fillcolor="), 19));
  }
  EXPECT_EQ(fills.size(), 6U);
}

TEST(Dot, WeakReferencesAreDotted) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  const auto item = sketch.object("shop.Item");
  sketch.item(list, item, 0);
  sketch.weak(item, list);
  EXPECT_TRUE(
      contains(line_of(dot_of(sketch.heap(), HeapSketch::id(list)), "o1 -> o0"), "style=dotted"));
}

TEST(Dot, OmittedObjectsAreCounted) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  for (std::uint32_t row = 0; row < 5; ++row) {
    sketch.item(list, sketch.object("int"), row);
  }
  const dump::Heap heap = sketch.heap();
  std::ostringstream out;
  write_dot(
      heap,
      analysis::neighbourhood(heap, {HeapSketch::id(list)}, analysis::Direction::kOut, {1, 3}),
      out);
  EXPECT_TRUE(contains(out.str(), "3 more objects are within reach not shown"));
}

TEST(Dot, NamesCannotBecomeMarkup) {
  HeapSketch sketch;
  const auto list = sketch.object("<B>&lt;\"");
  const auto item = sketch.text("</B>> ]; evil [label=\"");
  sketch.attribute(list, item, "a\\\"b\n&lt;\\N");
  const std::string dot = dot_of(sketch.heap(), HeapSketch::id(list));
  EXPECT_TRUE(contains(dot, "<B>&lt;B&gt;&amp;lt;&quot;</B>"));
  EXPECT_TRUE(contains(dot, "'&lt;/B&gt;&gt; ]; evil [label=&quot;'"));
  EXPECT_TRUE(contains(dot, R"(label=" .a\\\"b\\n&amp;lt;\\N ")"));
}

TEST(Dot, GraphvizDrawsWhateverTheNamesContain) {
  ASSERT_TRUE(dot_is_installed()) << "needs Graphviz's dot, which tests/run.sh installs";
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) {
    all_bytes.push_back(static_cast<char>(byte));
  }
  for (const std::string& name :
       {std::string(), std::string("\""), std::string("\\"), std::string("a\\"),
        std::string("\n\r\t"), std::string("<>&;"), std::string("&#0;&bogus;"), std::string("]]>"),
        std::string("-->"), std::string("\xff\xfe"), std::string("\xEF\xBF\xBF\xED\xA0\x80"),
        std::string("\xE2\x80\xAE"), std::string("\\N\\G\\l\\E"), std::string(10000, 'x'),
        std::string(10000, '\n'), std::string("x\0y", 3), all_bytes,
        std::string(all_bytes.rbegin(), all_bytes.rend())}) {
    HeapSketch sketch;
    const auto object = sketch.object(name);
    sketch.value(object, name);
    sketch.attribute(object, sketch.object(name), name);
    sketch.entry(object, sketch.text(name), object);
    sketch.root(object, dump::RootKind::kGlobal, name);
    expect_valid(dot_of(sketch.heap(), HeapSketch::id(object)));
  }
}

TEST(Dot, AnEmptyNeighbourhoodIsDrawnAsAnEmptyGraph) {
  std::ostringstream out;
  write_dot(HeapSketch().heap(), {}, out);
  EXPECT_TRUE(out.str().starts_with("digraph heap {"));
  if (dot_is_installed()) {
    expect_valid(out.str());
  }
}

}  // namespace
}  // namespace heapscan::formats
