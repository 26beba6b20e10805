#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "cli/render/listing.h"
#include "cli/render/phrase.h"

namespace heapscan::cli {

/// A name and its value.
struct Fact {
  std::string name;  ///< Empty: continues the previous fact.
  Phrase text;
  bool may_be_cut = false;  ///< May lose its middle where a terminal is too narrow.
};

struct Facts {
  std::string title;
  Phrase aside;
  std::vector<Fact> facts;
  std::size_t longest_name = 0;  ///< The longest that such facts can have, so that they align.
};

struct Line {
  Phrase text;
  std::size_t depth = 0;
  bool may_be_cut = true;
};

/// Lines of text; without a title they belong to the previous block.
struct Lines {
  std::string title;
  std::vector<Line> lines;
};

using Block = std::variant<Facts, Listing, Lines>;

/// A value in JSON that people do not see, or see as part of a sentence. Its key may have dots.
struct Field {
  std::string key;
  Listing::Cell value;
};

/// The contents of a view: values, which one renderer for each medium writes. People see the blocks
/// in their order; JSON has the fields and every listing with a key; CSV has the main listing.
struct Page {
  std::vector<Block> blocks;
  std::vector<Field> fields;
};

/// How much of a page is wanted.
struct PageOptions {
  std::size_t limit = 20;  ///< Rows of each listing; 0: all.
  /// Also what only programs see, which may take as long to compute as all the rest.
  bool for_programs = true;
};

}  // namespace heapscan::cli
