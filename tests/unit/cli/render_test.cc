#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/render/csv.h"
#include "cli/render/json.h"
#include "cli/render/markdown.h"
#include "cli/render/text.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using Kind = Listing::Kind;

/// A row with a holder, one without, and a total.
Listing suspects() {
  Listing listing;
  listing.title = "Suspects";
  listing.aside = {Bytes{2048}, " in all"};
  listing.key = "found.suspects";
  listing.is_main = true;
  listing.columns = {{Kind::kSize, "size", "size"},           {Kind::kShare, "share"},
                     {Kind::kFlag, "large", "is_large"},      {Kind::kText, "what", "type", true},
                     {Kind::kText, "", "holder.address"},     {Kind::kCount, "", "holder.refcount"},
                     {Kind::kCount, "", "rank", false, true}, {Kind::kNested, "", "steps"}};
  Listing steps;
  steps.columns = {{Kind::kText, "", std::string(Listing::kBareValue)}};
  steps.add({".a"});
  listing.add({std::uint64_t{1536}, Listing::Share{1536, 2048}, true, "a <b>, \x1b\"c\"", "0x10",
               std::monostate(), std::uint64_t{1}, nested(steps)},
              {{"path | of it"}});
  listing.add({std::uint64_t{512}, Listing::Share{512, 2048}, false, "  below", std::monostate(),
               std::monostate(), std::uint64_t{2}, nested(steps)});
  listing.add_summary({std::uint64_t{2048}, "", "", "total", "", "", "", ""});
  return listing;
}

Page page() {
  Page page;
  page.blocks.emplace_back(Facts{
      "Heap", {}, {{"size", {Bytes{2048}}}, {"", {"more"}}}, std::string_view("heap").size()});
  page.blocks.emplace_back(suspects());
  page.blocks.emplace_back(Lines{"", {{{"a note"}}, {{"below it"}, 1}}});
  page.fields.push_back({"found.count", std::uint64_t{2}});
  return page;
}

TEST(Render, TextAlignsAndCannotDisturbATerminal) {
  std::ostringstream out;
  print_text(out, page(), TextStyle());
  EXPECT_EQ(out.str(), R"(Heap
  size  2.0 KiB
        more

Suspects: 2.0 KiB in all
     size  share  large  what
  1.5 KiB  75.0%    yes  a <b>, \x1b"c"
                         path | of it
    512 B  25.0%     no    below
  2.0 KiB                total
  a note
    below it
)");
}

TEST(Render, MarkdownEscapesMarkupAndKeepsTheDepthOfATree) {
  std::ostringstream out;
  print_markdown(out, page(), SizeUnit::kBytes);
  EXPECT_EQ(out.str(), R"(## Heap

- size: 2,048
- more

### Suspects: 2,048 in all

| size | share | large | what |
| ---: | ---: | ---: | --- |
| 1,536 | 75.0% | yes | a &lt;b&gt;, \\x1b"c"<br>path \| of it |
| 512 | 25.0% | no | &nbsp;&nbsp;below |
| 2,048 |  |  | total |

- a note
  - below it
)");
}

TEST(Render, CsvIsTheMainTableWithoutListsAndTotals) {
  std::ostringstream out;
  print_csv(out, page());
  EXPECT_EQ(out.str(),
            "size,is_large,type,holder.address,holder.refcount\n"
            "1536,true,\"a <b>, \\x1b\"\"c\"\"\",0x10,\n"
            "512,false,  below,,\n");
  EXPECT_THROW(print_csv(out, Page()), Error);
}

TEST(Render, JsonNestsFieldsAtDotsAndHasNullForAnEmptyObject) {
  Json document = Json::object();
  add_page(document, page());
  EXPECT_EQ(document, Json::parse(R"({"found": {"count": 2, "suspects": [
      {"size": 1536, "is_large": true, "type": "a <b>, \u001b\"c\"", "rank": 1, "steps": [".a"],
       "holder": {"address": "0x10", "refcount": null}},
      {"size": 512, "is_large": false, "type": "  below", "rank": 2, "steps": [".a"],
       "holder": null}]}})"));
}

TEST(Render, ABreakdownSaysAsManyPartsAsFitALine) {
  Breakdown types;
  types.noun = "more type";
  types.size = 4096;
  types.parts.assign(4, {"12 shop.a_type_with_a_name", 1024});
  EXPECT_EQ(phrase_text({types}, SizeUnit::kBinary),
            "12 shop.a_type_with_a_name 1.0 KiB, 3 more types 3.0 KiB");
  types.parts.resize(1);
  types.size = 1024;
  EXPECT_EQ(phrase_text({types}, SizeUnit::kBinary), "12 shop.a_type_with_a_name 1.0 KiB");
}

TEST(Render, ARowMustHaveACellForEachColumn) {
  Listing listing = suspects();
  EXPECT_THROW(listing.add({"too few"}), Error);
  EXPECT_THROW(listing.add_summary({}), Error);
}

}  // namespace
}  // namespace heapscan::cli
