#include "formats/hsd/hsd_filter.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

// General-purpose compressors find repeated strings of bytes; the columns of a heap have few. But
// their rows are often predictable from rows that are already known: addresses grow by the size of
// a block, an object refers to what was allocated just before it, an instance refers to its type,
// the value of a dict entry is labelled with the target of the preceding reference, its key. A
// filter stores the error of the prediction as a small signed number (zigzag: 0, -1, 1, -2 become
// 0, 1, 2, 3), and then puts the first bytes of all rows before the second bytes and so on, so that
// the upper bytes, nearly all zero, become long runs. On real heaps this makes files three times
// smaller than zstd alone, and is faster, since zstd is fast on runs.
//
// A prediction uses only earlier columns, or preceding rows of the same chunk: chunks are
// independent.

namespace heapscan::formats::hsd {
namespace {

using dump::ReferenceKind;

template <class Word>
Word zigzag(Word difference) {
  using Signed = std::make_signed_t<Word>;
  constexpr unsigned kSignShift = sizeof(Word) * 8 - 1;
  const auto sign = static_cast<Word>(static_cast<Signed>(difference) >> kSignShift);
  return static_cast<Word>(difference << 1U) ^ sign;
}

template <class Word>
Word unzigzag(Word code) {
  return (code >> 1U) ^ (Word{0} - (code & 1U));
}

/// Predicts that a row equals the preceding one.
template <class Word>
class RowAbove {
 public:
  [[nodiscard]] Word next() const { return previous_; }

  void observe(Word row) { previous_ = row; }

 private:
  Word previous_ = 0;
};

/// Predicts that a reference to a type leads to the type of its source; that a key is the one that
/// last followed the same key, since mappings with the same keys are created by the same code; and
/// that any other reference leads to the neighbourhood of its source.
class TargetPredictor {
 public:
  TargetPredictor(const ReferenceContext& context, std::size_t first_row)
      : context_(context), row_(first_row) {
    const auto begins = context.reference_begin;
    const auto above = std::upper_bound(begins.begin(), begins.end(), first_row);
    source_ = above == begins.begin() ? 0 : static_cast<std::size_t>(above - begins.begin()) - 1;
  }

  [[nodiscard]] std::uint32_t next() {
    const auto begins = context_.reference_begin;
    while (source_ + 1 < begins.size() && begins[source_ + 1] <= row_) {
      ++source_;
    }
    const ReferenceKind kind =
        row_ < context_.kind.size() ? context_.kind[row_] : ReferenceKind::kInternal;
    ++row_;
    is_key_ = kind == ReferenceKind::kKey;
    if (kind == ReferenceKind::kType) {
      return type_object();
    }
    if (is_key_ && key_after_[slot()] != 0) {
      return key_after_[slot()];
    }
    return static_cast<std::uint32_t>(source_);
  }

  void observe(std::uint32_t row) {
    if (is_key_) {
      key_after_[slot()] = row;
      key_ = row;
    }
  }

 private:
  [[nodiscard]] std::uint32_t type_object() const {
    if (source_ < context_.type.size()) {
      const std::uint32_t type = context_.type[source_].value();
      if (type < context_.types.size()) {
        return context_.types[type].object.value();
      }
    }
    return 0;
  }

  /// Where the successor of the last key is stored.
  [[nodiscard]] std::uint32_t slot() const { return key_ * kKeyHashFactor >> kKeyHashShift; }

  const ReferenceContext& context_;
  std::size_t row_;
  std::size_t source_ = 0;
  bool is_key_ = false;
  std::uint32_t key_ = 0;
  std::array<std::uint32_t, kKeySlots> key_after_ = {};  // 0: none yet.
};

/// Predicts that the key of a value in a mapping is the target of the preceding reference.
class LabelPredictor {
 public:
  LabelPredictor(const ReferenceContext& context, std::size_t first_row)
      : context_(context), row_(first_row) {}

  [[nodiscard]] std::uint32_t next() {
    const std::size_t row = row_++;
    const bool is_value = row < context_.kind.size() && context_.kind[row] == ReferenceKind::kValue;
    return is_value && row > 0 && row - 1 < context_.target.size()
               ? context_.target[row - 1].value()
               : 0;
  }

  void observe(std::uint32_t /*row*/) {}

 private:
  const ReferenceContext& context_;
  std::size_t row_;
};

template <class Word, class Predictor>
void subtract_predictions(std::span<const std::byte> rows,
                          Predictor predictor,
                          std::span<std::byte> out) {
  for (std::size_t at = 0; at < rows.size(); at += sizeof(Word)) {
    Word row = 0;
    std::memcpy(&row, rows.data() + at, sizeof(Word));
    const Word code = zigzag(static_cast<Word>(row - predictor.next()));
    std::memcpy(out.data() + at, &code, sizeof(Word));
    predictor.observe(row);
  }
}

template <class Word, class Predictor>
void add_predictions(std::span<std::byte> rows, Predictor predictor) {
  for (std::size_t at = 0; at < rows.size(); at += sizeof(Word)) {
    Word code = 0;
    std::memcpy(&code, rows.data() + at, sizeof(Word));
    const Word row = unzigzag(code) + predictor.next();
    std::memcpy(rows.data() + at, &row, sizeof(Word));
    predictor.observe(row);
  }
}

/// Calls run(word, predictor) with a word of the width of a row and the predictor of the filter.
template <class Run>
void with_predictor(const Chunk& chunk, const ReferenceContext& context, const Run& run) {
  if (chunk.filter == Filter::kTarget) {
    run(std::uint32_t{}, TargetPredictor(context, chunk.first_row));
  } else if (chunk.filter == Filter::kLabel) {
    run(std::uint32_t{}, LabelPredictor(context, chunk.first_row));
  } else if (chunk.filter == Filter::kDelta && chunk.width == sizeof(std::uint32_t)) {
    run(std::uint32_t{}, RowAbove<std::uint32_t>());
  } else if (chunk.filter == Filter::kDelta) {
    run(std::uint64_t{}, RowAbove<std::uint64_t>());
  }
}

/// The width of a row as a constant, so that compilers unroll the loops over its bytes.
template <std::size_t kWidth>
void shuffle_rows(const std::byte* rows, std::size_t count, std::byte* planes) {
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t byte = 0; byte < kWidth; ++byte) {
      planes[byte * count + row] = rows[row * kWidth + byte];
    }
  }
}

template <std::size_t kWidth>
void unshuffle_rows(const std::byte* planes, std::size_t count, std::byte* rows) {
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t byte = 0; byte < kWidth; ++byte) {
      rows[row * kWidth + byte] = planes[byte * count + row];
    }
  }
}

void shuffle(const Chunk& chunk, std::span<const std::byte> rows, std::span<std::byte> planes) {
  if (chunk.width == 2) {
    shuffle_rows<2>(rows.data(), chunk.rows, planes.data());
  } else if (chunk.width == 4) {
    shuffle_rows<4>(rows.data(), chunk.rows, planes.data());
  } else if (chunk.width == 8) {
    shuffle_rows<8>(rows.data(), chunk.rows, planes.data());
  } else {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      planes[at % chunk.width * chunk.rows + at / chunk.width] = rows[at];
    }
  }
}

void unshuffle(const Chunk& chunk, std::span<const std::byte> planes, std::span<std::byte> rows) {
  if (chunk.width == 2) {
    unshuffle_rows<2>(planes.data(), chunk.rows, rows.data());
  } else if (chunk.width == 4) {
    unshuffle_rows<4>(planes.data(), chunk.rows, rows.data());
  } else if (chunk.width == 8) {
    unshuffle_rows<8>(planes.data(), chunk.rows, rows.data());
  } else {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      rows[at] = planes[at % chunk.width * chunk.rows + at / chunk.width];
    }
  }
}

}  // namespace

bool filter_applies(Filter filter, SectionKind kind, std::uint16_t width) {
  switch (filter) {
    case Filter::kNone:
    case Filter::kShuffle:
      return true;
    case Filter::kDelta:
      return width == sizeof(std::uint32_t) || width == sizeof(std::uint64_t);
    case Filter::kTarget:
      return kind == SectionKind::kTarget;
    case Filter::kLabel:
      return kind == SectionKind::kLabel;
  }
  return false;
}

std::span<const std::byte> FilterScratch::apply(const Chunk& chunk,
                                                std::span<const std::byte> rows,
                                                const ReferenceContext& context) {
  if (chunk.filter == Filter::kNone) {
    return rows;
  }
  std::span<const std::byte> words = rows;
  with_predictor(chunk, context, [&](auto word, auto predictor) {
    residuals_.resize(rows.size());
    subtract_predictions<decltype(word)>(rows, predictor, residuals_);
    words = residuals_;
  });
  planes_.resize(rows.size());
  shuffle(chunk, words, planes_);
  return planes_;
}

void undo_filter(const Chunk& chunk,
                 std::span<const std::byte> filtered,
                 const ReferenceContext& context,
                 std::span<std::byte> rows) {
  if (chunk.filter == Filter::kNone) {
    std::copy(filtered.begin(), filtered.end(), rows.begin());
    return;
  }
  unshuffle(chunk, filtered, rows);
  with_predictor(chunk, context, [&](auto word, auto predictor) {
    add_predictions<decltype(word)>(rows, predictor);
  });
}

}  // namespace heapscan::formats::hsd
