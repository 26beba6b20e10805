#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "cli/render/listing.h"
#include "cli/render/phrase.h"

namespace heapscan::cli {

/// A name and what there is to say under it.
struct Fact {
  std::string name;  ///< Empty: goes on with the fact before.
  Phrase text;
  bool may_be_cut = false;  ///< May lose its middle where a terminal is too narrow.
};

struct Facts {
  std::string title;
  Phrase aside;
  std::vector<Fact> facts;
  std::size_t longest_name = 0;  ///< That there may be in such facts: they align alike.
};

struct Line {
  Phrase text;
  std::size_t depth = 0;
  bool may_be_cut = true;
};

/// Lines of text; without a title they belong to the block before.
struct Lines {
  std::string title;
  std::vector<Line> lines;
};

using Block = std::variant<Facts, Listing, Lines>;

/// A value that JSON has and people do not see, or see in a sentence. Its key may have dots.
struct Field {
  std::string key;
  Listing::Cell value;
};

/// What a view has to say: values, which one renderer for each medium writes. People see the blocks
/// in their order; JSON has the fields and every listing with a key; CSV has the main listing.
struct Page {
  std::vector<Block> blocks;
  std::vector<Field> fields;
};

/// What of a page is wanted.
struct PageOptions {
  std::size_t limit = 20;  ///< Rows of each listing; 0: all.
  /// Also what only programs see, which may take as long to work out as all the rest.
  bool for_programs = true;
};

}  // namespace heapscan::cli
