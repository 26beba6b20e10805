#include "dump/heap.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dump/error.h"

namespace heapscan::dump {
namespace {

[[noreturn]] void reject(std::string_view column, std::uint64_t row, std::string_view fact) {
  std::string text = "column ";
  text += column;
  text += ", row ";
  text += std::to_string(row);
  text += ": ";
  text += fact;
  throw Error(ErrorKind::kBadInput, text);
}

void require_rows(std::string_view column, std::uint64_t rows, std::uint64_t expected) {
  if (rows != expected) {
    std::string text = "column ";
    text += column;
    text += " has " + std::to_string(rows) + " rows instead of " + std::to_string(expected);
    throw Error(ErrorKind::kBadInput, text);
  }
}

/// Throws unless all of `ids` are rows of a table of `table_rows`.
template <class Id>
void require_indexes(std::string_view column, std::span<const Id> ids, std::uint64_t table_rows) {
  // The largest one decides: a loop without branches, which compilers turn into vector code.
  std::uint32_t largest = 0;
  for (const Id id : ids) {
    largest = std::max(largest, id.value());
  }
  if (ids.empty() || largest < table_rows) {
    return;
  }
  const auto first =
      std::find_if(ids.begin(), ids.end(), [&](Id id) { return id.value() >= table_rows; });
  reject(column, static_cast<std::uint64_t>(first - ids.begin()),
         "refers to row " + std::to_string(first->value()) + " of a table of " +
             std::to_string(table_rows));
}

void require_begins(std::string_view column,
                    std::span<const std::uint64_t> begins,
                    std::uint64_t rows) {
  if (begins.front() != 0) {
    reject(column, 0, "the first row does not begin at 0");
  }
  const auto fall = std::is_sorted_until(begins.begin(), begins.end());
  if (fall != begins.end()) {
    reject(column, static_cast<std::uint64_t>(fall - begins.begin()),
           "begins before the row above");
  }
  if (begins.back() != rows) {
    reject(column, begins.size() - 1,
           "ends at " + std::to_string(begins.back()) + " of " + std::to_string(rows));
  }
}

void require_string_table(std::string_view column, const StringTable& table) {
  if (table.begin.empty()) {
    require_rows(column, table.text.size(), 0);
    return;
  }
  require_begins(column, table.begin.span(), table.text.size());
}

bool is_string_row(StringId id, bool optional, const HeapColumns& columns) {
  return id.has_value() ? id.value() < columns.strings.size() : optional;
}

void require_string(std::string_view column,
                    std::size_t row,
                    StringId id,
                    const HeapColumns& columns) {
  if (!is_string_row(id, true, columns)) {
    reject(column, row, "refers to a string that does not exist");
  }
}

void check_objects(const HeapColumns& columns) {
  const std::uint64_t count = columns.address.size();
  if (count >= ObjectId::kMaxRows) {
    throw Error(ErrorKind::kBadInput,
                "more objects than a dump can have: " + std::to_string(count));
  }
  require_rows("type", columns.type.size(), count);
  require_rows("size", columns.size.size(), count);
  require_rows("refcount", columns.refcount.size(), count);
  require_rows("flags", columns.flags.size(), count);
  require_rows("site", columns.site.size(), columns.site.empty() ? 0 : count);
  require_rows("content_hash", columns.content_hash.size(),
               columns.content_hash.empty() ? 0 : count);
  const auto addresses = columns.address.span();
  const auto fall = std::adjacent_find(addresses.begin(), addresses.end(), std::greater_equal<>());
  if (fall != addresses.end()) {
    reject("address", static_cast<std::uint64_t>(fall - addresses.begin()) + 1,
           "not greater than the address before it");
  }
  require_indexes("type", columns.type.span(), columns.types.size());
  std::uint64_t total = 0;
  for (std::size_t row = 0; row < count; ++row) {
    if (__builtin_add_overflow(total, columns.size[row], &total)) {
      reject("size", row, "the sum of all sizes exceeds 64 bits");
    }
  }
  for (std::size_t row = 0; row < columns.site.size(); ++row) {
    const SiteId site = columns.site[row];
    if (site.has_value() && site.value() >= columns.sites.size()) {
      reject("site", row, "refers to a site that does not exist");
    }
  }
}

void check_references(const HeapColumns& columns) {
  const std::uint64_t objects = columns.address.size();
  const std::uint64_t references = columns.target.size();
  require_rows("reference_begin", columns.reference_begin.size(), objects + 1);
  require_begins("reference_begin", columns.reference_begin.span(), references);
  require_rows("kind", columns.kind.size(), references);
  require_rows("label", columns.label.size(), references);
  require_indexes("target", columns.target.span(), objects);

  // What a label of each kind must stay below.
  std::array<std::uint64_t, kReferenceKinds> limit = {};
  limit.fill(std::uint64_t{1} << 32U);
  for (const ReferenceKind kind : {ReferenceKind::kAttribute, ReferenceKind::kCell,
                                   ReferenceKind::kLocal, ReferenceKind::kInternal}) {
    limit.at(static_cast<std::size_t>(kind)) = columns.strings.size();
  }
  limit.at(static_cast<std::size_t>(ReferenceKind::kValue)) = objects;
  const auto kinds = columns.kind.span();
  const auto labels = columns.label.span();
  for (std::size_t row = 0; row < references; ++row) {
    const auto kind = static_cast<std::size_t>(kinds[row]);
    if (kind >= kReferenceKinds) {
      reject("kind", row, "unknown kind " + std::to_string(kind));
    }
    if (labels[row] >= limit[kind]) {
      reject("label", row,
             "refers to row " + std::to_string(labels[row]) + " of a table of " +
                 std::to_string(limit[kind]));
    }
  }
}

void check_weak_references(const HeapColumns& columns) {
  std::uint32_t last = 0;
  for (std::size_t row = 0; row < columns.weak.size(); ++row) {
    const WeakReference& weak = columns.weak[row];
    if (weak.source.value() >= columns.address.size() ||
        weak.target.value() >= columns.address.size()) {
      reject("weak", row, "refers to an object that does not exist");
    }
    if (weak.source.value() < last) {
      reject("weak", row, "sources are not in ascending order");
    }
    last = weak.source.value();
    require_string("weak", row, weak.label, columns);
  }
}

void check_roots(const HeapColumns& columns) {
  for (std::size_t row = 0; row < columns.root.size(); ++row) {
    const Root& root = columns.root[row];
    if (root.object.value() >= columns.address.size()) {
      reject("root", row, "refers to an object that does not exist");
    }
    if (static_cast<std::size_t>(root.kind) >= kRootKinds) {
      reject("root", row, "unknown kind " + std::to_string(static_cast<unsigned>(root.kind)));
    }
    require_string("root", row, root.label, columns);
  }
}

void check_tables(const HeapColumns& columns) {
  require_string_table("strings", columns.strings);
  require_string_table("value_text", columns.value_text);
  require_rows("value_text", columns.value_text.size(), columns.value_object.size());
  require_indexes("value_object", columns.value_object.span(), columns.address.size());
  const auto values = columns.value_object.span();
  const auto fall = std::adjacent_find(values.begin(), values.end(), std::greater_equal<>());
  if (fall != values.end()) {
    reject("value_object", static_cast<std::uint64_t>(fall - values.begin()) + 1,
           "not greater than the object before it");
  }
  for (std::size_t row = 0; row < columns.types.size(); ++row) {
    const Type& type = columns.types[row];
    if (!is_string_row(type.name, false, columns)) {
      reject("types", row, "has no name");
    }
    if (type.object.has_value() && type.object.value() >= columns.address.size()) {
      reject("types", row, "refers to an object that does not exist");
    }
  }
  for (std::size_t row = 0; row < columns.threads.size(); ++row) {
    const Thread& thread = columns.threads[row];
    require_string("threads", row, thread.name, columns);
    if (thread.first_frame > columns.frames.size() ||
        thread.frame_count > columns.frames.size() - thread.first_frame) {
      reject("threads", row, "refers to frames that do not exist");
    }
  }
  for (std::size_t row = 0; row < columns.frames.size(); ++row) {
    require_string("frames", row, columns.frames[row].function, columns);
    require_string("frames", row, columns.frames[row].file, columns);
  }
  for (std::size_t row = 0; row < columns.sites.size(); ++row) {
    require_string("sites", row, columns.sites[row].function, columns);
    require_string("sites", row, columns.sites[row].file, columns);
  }
  for (std::size_t row = 0; row < columns.regions.size(); ++row) {
    require_string("regions", row, columns.regions[row].name, columns);
    if (static_cast<std::size_t>(columns.regions[row].kind) >= kRegionKinds) {
      reject("regions", row, "unknown kind");
    }
  }
}

}  // namespace

/// The references by target: those of object i are rows [begin[i], begin[i + 1]).
struct Heap::Reverse {
  std::once_flag built;
  std::vector<std::uint64_t> begin;
  std::vector<Referrer> referrers;

  void build(const Heap& heap) {
    begin.assign(std::size_t{heap.object_count()} + 1, 0);
    const auto all_targets = heap.columns().target.span();
    for (const ObjectId target : all_targets) {
      ++begin[target.value() + std::size_t{1}];
    }
    for (std::size_t row = 1; row < begin.size(); ++row) {
      begin[row] += begin[row - 1];
    }
    referrers.resize(all_targets.size());
    // begin[i] serves as the cursor of object i and ends where that of i + 1 began; shifting the
    // array by one afterwards restores it without a second array.
    for (const ObjectId source : heap.objects()) {
      std::uint32_t ordinal = 0;
      for (const ObjectId target : heap.targets(source)) {
        referrers[begin[target.value()]++] = {source, ordinal++};
      }
    }
    std::copy_backward(begin.begin(), begin.end() - 1, begin.end());
    begin.front() = 0;
  }
};

Heap::Heap(HeapColumns columns)
    : columns_(std::move(columns)), reverse_(std::make_shared<Reverse>()) {
  check_objects(columns_);
  check_references(columns_);
  check_weak_references(columns_);
  check_roots(columns_);
  check_tables(columns_);
  object_count_ = static_cast<std::uint32_t>(columns_.address.size());
}

std::optional<std::string_view> Heap::value(ObjectId id) const {
  const auto objects = columns_.value_object.span();
  const auto found = std::lower_bound(objects.begin(), objects.end(), id);
  if (found == objects.end() || *found != id) {
    return std::nullopt;
  }
  return columns_.value_text[static_cast<std::size_t>(found - objects.begin())];
}

std::optional<ObjectId> Heap::find(std::uint64_t address) const {
  const auto addresses = columns_.address.span();
  const auto found = std::lower_bound(addresses.begin(), addresses.end(), address);
  if (found == addresses.end() || *found != address) {
    return std::nullopt;
  }
  return ObjectId(static_cast<std::uint32_t>(found - addresses.begin()));
}

std::span<const Referrer> Heap::referrers(ObjectId id) const {
  std::call_once(reverse_->built, [this] { reverse_->build(*this); });
  const std::uint64_t begin = reverse_->begin[id.value()];
  const std::uint64_t end = reverse_->begin[id.value() + std::size_t{1}];
  return std::span<const Referrer>(reverse_->referrers).subspan(begin, end - begin);
}

std::span<const WeakReference> Heap::weak_references(ObjectId source) const {
  const auto all = columns_.weak.span();
  const auto by_source = [](const WeakReference& a, const WeakReference& b) {
    return a.source < b.source;
  };
  const auto [first, last] = std::equal_range(
      all.begin(), all.end(), WeakReference{source, ObjectId(), StringId()}, by_source);
  return {first, last};
}

}  // namespace heapscan::dump
