#include "dump/heap_builder.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "dump/error.h"

namespace heapscan::dump {
namespace {

template <class Rows>
std::uint32_t next_row(const Rows& rows, const char* what) {
  if (rows.size() >= ObjectId::kMaxRows) {
    throw Error(ErrorKind::kBadInput, std::string("more ") + what + " than a dump can have");
  }
  return static_cast<std::uint32_t>(rows.size());
}

/// rows[i] moves to position row_of[i].
template <class T>
void permute(std::vector<T>& rows, const std::vector<std::uint32_t>& row_of) {
  if (rows.empty()) {
    return;
  }
  std::vector<T> moved(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    moved[row_of[row]] = rows[row];
  }
  rows = std::move(moved);
}

}  // namespace

void HeapBuilder::reserve(std::size_t objects, std::size_t references) {
  address_.reserve(objects);
  type_.reserve(objects);
  size_.reserve(objects);
  refcount_.reserve(objects);
  flags_.reserve(objects);
  source_.reserve(references);
  target_.reserve(references);
  kind_.reserve(references);
  label_.reserve(references);
}

StringId HeapBuilder::intern(std::string_view text) {
  if (const auto found = string_rows_.find(text); found != string_rows_.end()) {
    return found->second;
  }
  const StringId id(next_row(string_rows_, "strings"));
  string_text_.insert(string_text_.end(), text.begin(), text.end());
  string_begin_.push_back(string_text_.size());
  string_rows_.emplace(text, id);
  return id;
}

TypeId HeapBuilder::add_type(std::string_view name) {
  const TypeId id(next_row(types_, "types"));
  types_.push_back({intern(name), ObjectId::none()});
  return id;
}

void HeapBuilder::set_type_object(TypeId type, PendingObject object) {
  require(object);
  types_.at(type.value()).object = ObjectId(object.value());
}

PendingObject HeapBuilder::add_object(const ObjectRow& row) {
  const PendingObject object(next_row(address_, "objects"));
  address_.push_back(row.address);
  type_.push_back(row.type);
  size_.push_back(row.size);
  refcount_.push_back(
      row.refcount == kImmortal
          ? kImmortal
          : static_cast<std::uint32_t>(std::min<std::uint64_t>(row.refcount, kMaxRefcount)));
  flags_.push_back(row.flags);
  return object;
}

void HeapBuilder::set_value(PendingObject object, std::string_view text) {
  require(object);
  values_.push_back({object, static_cast<std::uint32_t>(text.size()), value_text_.size()});
  value_text_.insert(value_text_.end(), text.begin(), text.end());
}

void HeapBuilder::set_content_hash(PendingObject object, std::uint64_t hash) {
  require(object);
  content_hash_.resize(
      std::max<std::size_t>(content_hash_.size(), object.value() + std::size_t{1}));
  content_hash_[object.value()] = hash;
}

void HeapBuilder::set_site(PendingObject object, SiteId site) {
  require(object);
  site_.resize(std::max<std::size_t>(site_.size(), object.value() + std::size_t{1}));
  site_[object.value()] = site;
}

void HeapBuilder::add_weak(PendingObject source, PendingObject target, StringId label) {
  require(source);
  require(target);
  weak_.push_back({ObjectId(source.value()), ObjectId(target.value()), label});
}

void HeapBuilder::add_root(RootKind kind, PendingObject object, StringId label, bool counted) {
  require(object);
  root_.push_back({ObjectId(object.value()), label, kind, counted, 0});
}

void HeapBuilder::add_thread(std::uint64_t id, StringId name, const std::vector<Frame>& frames) {
  const std::uint32_t first = next_row(frames_, "frames");
  frames_.insert(frames_.end(), frames.begin(), frames.end());
  threads_.push_back({id, name, first, static_cast<std::uint32_t>(frames.size()), 0});
}

SiteId HeapBuilder::add_site(const AllocationSite& site) {
  const SiteId id(next_row(sites_, "allocation sites"));
  sites_.push_back(site);
  return id;
}

void HeapBuilder::add_reference(PendingObject source,
                                PendingObject target,
                                ReferenceKind kind,
                                std::uint32_t label) {
  require(source);
  require(target);
  source_.push_back(source.value());
  target_.emplace_back(target.value());
  kind_.push_back(kind);
  label_.push_back(label);
}

void HeapBuilder::require(PendingObject object) const {
  if (object.value() >= address_.size()) {
    throw Error(ErrorKind::kBadInput, "a reference to an object that was not added");
  }
}

void HeapBuilder::sort_objects_by_address() {
  if (std::is_sorted(address_.begin(), address_.end())) {
    return;
  }
  std::vector<std::uint32_t> order(address_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return address_[a] < address_[b]; });
  std::vector<std::uint32_t> row_of(order.size());
  for (std::uint32_t row = 0; row < order.size(); ++row) {
    row_of[order[row]] = row;
  }
  renumber(row_of);
}

void HeapBuilder::renumber(const std::vector<std::uint32_t>& row_of) {
  permute(address_, row_of);
  permute(type_, row_of);
  permute(size_, row_of);
  permute(refcount_, row_of);
  permute(flags_, row_of);
  permute(site_, row_of);
  permute(content_hash_, row_of);
  const auto moved = [&](ObjectId id) {
    return id.has_value() ? ObjectId(row_of[id.value()]) : id;
  };
  for (std::size_t row = 0; row < target_.size(); ++row) {
    source_[row] = row_of[source_[row]];
    target_[row] = moved(target_[row]);
    if (kind_[row] == ReferenceKind::kValue) {
      label_[row] = row_of.at(label_[row]);
    }
  }
  for (WeakReference& weak : weak_) {
    weak.source = moved(weak.source);
    weak.target = moved(weak.target);
  }
  for (Root& root : root_) {
    root.object = moved(root.object);
  }
  for (Type& type : types_) {
    type.object = moved(type.object);
  }
  for (Value& value : values_) {
    value.object = PendingObject(row_of[value.object.value()]);
  }
}

std::vector<std::uint64_t> HeapBuilder::group_references_by_source() {
  std::vector<std::uint64_t> begin(address_.size() + 1, 0);
  for (const std::uint32_t source : source_) {
    ++begin[source + std::size_t{1}];
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  if (std::is_sorted(source_.begin(), source_.end())) {
    return begin;
  }
  std::vector<std::uint64_t> cursor(begin.begin(), begin.end() - 1);
  std::vector<ObjectId> target(target_.size());
  std::vector<ReferenceKind> kind(kind_.size());
  std::vector<std::uint32_t> label(label_.size());
  for (std::size_t row = 0; row < source_.size(); ++row) {
    const std::uint64_t place = cursor[source_[row]]++;
    target[place] = target_[row];
    kind[place] = kind_[row];
    label[place] = label_[row];
  }
  target_ = std::move(target);
  kind_ = std::move(kind);
  label_ = std::move(label);
  return begin;
}

void HeapBuilder::move_values(HeapColumns& columns) {
  const auto by_object = [](const Value& a, const Value& b) { return a.object < b.object; };
  if (!std::is_sorted(values_.begin(), values_.end(), by_object)) {
    std::sort(values_.begin(), values_.end(), by_object);
    std::vector<char> text;
    text.reserve(value_text_.size());
    for (Value& value : values_) {
      const auto first = value_text_.begin() + static_cast<std::ptrdiff_t>(value.begin);
      value.begin = text.size();
      text.insert(text.end(), first, first + value.size);
    }
    value_text_ = std::move(text);
  }
  std::vector<ObjectId> objects;
  std::vector<std::uint64_t> begin;
  objects.reserve(values_.size());
  begin.reserve(values_.size() + 1);
  for (const Value& value : values_) {
    objects.emplace_back(value.object.value());
    begin.push_back(value.begin);
  }
  begin.push_back(value_text_.size());
  values_ = {};
  columns.value_object = Column(std::move(objects));
  columns.value_text = {Column(std::move(begin)), Column(std::move(value_text_))};
}

Heap HeapBuilder::finish() && {
  if (!site_.empty()) {
    site_.resize(address_.size());
  }
  if (!content_hash_.empty()) {
    content_hash_.resize(address_.size());
  }
  sort_objects_by_address();
  std::stable_sort(weak_.begin(), weak_.end(), [](const WeakReference& a, const WeakReference& b) {
    return a.source < b.source;
  });

  HeapColumns columns;
  columns.reference_begin = Column(group_references_by_source());
  columns.address = Column(std::move(address_));
  columns.type = Column(std::move(type_));
  columns.size = Column(std::move(size_));
  columns.refcount = Column(std::move(refcount_));
  columns.flags = Column(std::move(flags_));
  columns.site = Column(std::move(site_));
  columns.content_hash = Column(std::move(content_hash_));
  columns.target = Column(std::move(target_));
  columns.kind = Column(std::move(kind_));
  columns.label = Column(std::move(label_));
  columns.weak = Column(std::move(weak_));
  columns.root = Column(std::move(root_));
  move_values(columns);
  columns.strings = {Column(std::move(string_begin_)), Column(std::move(string_text_))};
  columns.types = Column(std::move(types_));
  columns.threads = Column(std::move(threads_));
  columns.frames = Column(std::move(frames_));
  columns.sites = Column(std::move(sites_));
  columns.regions = Column(std::move(regions_));
  columns.facts = std::move(facts_);
  return Heap(std::move(columns));
}

}  // namespace heapscan::dump
