#include "formats/hsd/hsd_repair.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/native_roots.h"

namespace heapscan::formats::hsd {
namespace {

using dump::Column;
using dump::DiagnosticCode;
using dump::HeapColumns;
using dump::ObjectId;
using dump::ReferenceKind;
using dump::StringId;
using dump::TypeId;

constexpr std::string_view kLost = "[lost]";

/// Adds rows to a table of strings.
class StringAppender {
 public:
  explicit StringAppender(const dump::StringTable& table)
      : begin_(table.begin.begin(), table.begin.end()),
        text_(table.text.begin(), table.text.end()) {
    if (begin_.empty()) {
      begin_.push_back(0);
    }
  }

  StringId add(std::string_view text) {
    const StringId row(static_cast<std::uint32_t>(begin_.size() - 1));
    text_.insert(text_.end(), text.begin(), text.end());
    begin_.push_back(text_.size());
    return row;
  }

  [[nodiscard]] dump::StringTable table() && {
    return {Column(std::move(begin_)), Column(std::move(text_))};
  }

 private:
  std::vector<std::uint64_t> begin_;
  std::vector<char> text_;
};

/// The column after change(row) for each row.
template <class T, class Change>
Column<T> changed(const Column<T>& column, const Change& change) {
  std::vector<T> rows(column.begin(), column.end());
  std::for_each(rows.begin(), rows.end(), change);
  return Column<T>(std::move(rows));
}

/// The objects on a path of references from those added so far.
class ReachedObjects {
 public:
  explicit ReachedObjects(const dump::Heap& heap) : heap_(heap), reached_(heap.object_count()) {}

  [[nodiscard]] bool contains(ObjectId id) const { return reached_[id.value()]; }

  /// Cost: the references of the objects that are newly reached.
  void add(ObjectId start) {
    visit(start);
    while (!pending_.empty()) {
      const ObjectId id = pending_.back();
      pending_.pop_back();
      for (const ObjectId target : heap_.targets(id)) {
        visit(target);
      }
    }
  }

 private:
  void visit(ObjectId id) {
    if (!reached_[id.value()]) {
      reached_[id.value()] = true;
      pending_.push_back(id);
    }
  }

  const dump::Heap& heap_;
  std::vector<bool> reached_;
  std::vector<ObjectId> pending_;
};

class Repair {
 public:
  Repair(HeapColumns& columns, const LostSections& lost, bool targets_need_types)
      : columns_(columns), lost_(lost), strings_(columns.strings) {
    drops_type_references_ = targets_need_types && is_lost(SectionKind::kTypes);
  }

  void run() {
    require_rows("kind", columns_.kind.size(), columns_.target.size());
    if (!is_lost(SectionKind::kLabel)) {
      require_rows("label", columns_.label.size(), columns_.target.size());
    }
    repair_objects();
    repair_tables();
    repair_names();
    if (drops_type_references_) {
      drop_type_references();
    }
    columns_.strings = std::move(strings_).table();
    if (is_lost(SectionKind::kRoot) || drops_type_references_) {
      infer_roots();
    }
    columns_.facts.complete = columns_.facts.complete && !columns_.diagnostics.has_loss();
  }

 private:
  /// Called before the columns are checked.
  static void require_rows(std::string_view column, std::size_t rows, std::size_t expected) {
    if (rows != expected) {
      throw Error(ErrorKind::kBadInput,
                  fmt::format("column {} has {} rows instead of {}", column, rows, expected));
    }
  }

  [[nodiscard]] bool is_lost(SectionKind kind) const { return lost_.contains(kind); }

  [[nodiscard]] bool any_lost(std::initializer_list<SectionKind> kinds) const {
    return std::any_of(kinds.begin(), kinds.end(),
                       [this](SectionKind kind) { return is_lost(kind); });
  }

  /// Reports the loss of sections that are useful only together, if any of them is lost.
  bool report(DiagnosticCode code, std::initializer_list<SectionKind> kinds, std::string text) {
    if (!any_lost(kinds)) {
      return false;
    }
    std::optional<std::uint64_t> first;
    for (const SectionKind kind : kinds) {
      const auto found = lost_.find(kind);
      if (found != lost_.end() && found->second) {
        first = std::min(first.value_or(*found->second), *found->second);
      }
    }
    columns_.diagnostics.add({code, 1, first, std::move(text)});
    return true;
  }

  [[nodiscard]] std::size_t objects() const { return columns_.address.size(); }

  void repair_objects() {
    if (report(DiagnosticCode::kLostFacts, {SectionKind::kFacts},
               "facts about the process are lost: its runtime, ID, time and memory")) {
      columns_.facts = {};
    }
    if (report(DiagnosticCode::kLostRefcounts, {SectionKind::kRefcount},
               "reference counts are lost: every object is shown as immortal")) {
      columns_.refcount = Column(std::vector<std::uint32_t>(objects(), dump::kImmortal));
    }
    if (report(DiagnosticCode::kLostFlags, {SectionKind::kFlags},
               "flags of objects are lost: generations, finalizers, and which references are "
               "conservative")) {
      columns_.flags = Column(std::vector<dump::ObjectFlags>(objects()));
    }
    if (report(DiagnosticCode::kLostSites, {SectionKind::kSite, SectionKind::kSites},
               "allocation sites are lost")) {
      columns_.site = {};
      columns_.sites = {};
    }
    if (report(DiagnosticCode::kLostHashes, {SectionKind::kContentHash},
               "content hashes are lost: duplicates are not found")) {
      columns_.content_hash = {};
    }
    if (report(DiagnosticCode::kLostValues,
               {SectionKind::kValueObject, SectionKind::kValueBegin, SectionKind::kValueText},
               "previews of values are lost")) {
      columns_.value_object = {};
      columns_.value_text = {};
    }
  }

  void repair_tables() {
    if (report(DiagnosticCode::kLostWeakReferences, {SectionKind::kWeak},
               "weak references are lost")) {
      columns_.weak = {};
    }
    if (report(DiagnosticCode::kLostRoots, {SectionKind::kRoot},
               "roots are lost: paths begin at objects that something outside the dump must hold, "
               "as far as reference counts show it")) {
      columns_.root = {};
    }
    if (report(DiagnosticCode::kLostThreads, {SectionKind::kThreads}, "threads are lost")) {
      columns_.threads = {};
    }
    if (report(DiagnosticCode::kLostFrames, {SectionKind::kFrames}, "stacks are lost")) {
      columns_.frames = {};
      columns_.threads = changed(columns_.threads, [](dump::Thread& thread) {
        thread.first_frame = 0;
        thread.frame_count = 0;
      });
    }
    if (report(DiagnosticCode::kLostRegions, {SectionKind::kRegions},
               "memory regions are lost: nothing is known about the allocator")) {
      columns_.regions = {};
    }
  }

  void repair_names() {
    const bool strings =
        report(DiagnosticCode::kLostStrings, {SectionKind::kStringBegin, SectionKind::kStringText},
               "strings are lost: types, attributes, variables and files have no "
               "names");
    if (strings) {
      strings_ = StringAppender({});
      forget_names();
    }
    const bool types =
        report(DiagnosticCode::kLostTypes, {SectionKind::kTypes},
               drops_type_references_
                   ? "types are lost: they have numbers for names, and references from objects to "
                     "their types are left out"
                   : "types are lost: they have numbers for names");
    if (types) {
      number_types();
    }
    if (strings || types) {
      columns_.types = changed(columns_.types, [this, row = 0](dump::Type& type) mutable {
        type.name = strings_.add(fmt::format("[lost type {}]", row++));
      });
    }
    const bool labels = report(DiagnosticCode::kLostLabels, {SectionKind::kLabel},
                               "labels of references are lost: attributes, items and keys have no "
                               "names");
    if (strings || labels) {
      lose_labels(labels);
    }
  }

  /// Without strings, roots, threads, frames, sites and regions have no names.
  void forget_names() {
    columns_.root = changed(columns_.root, [](dump::Root& root) { root.label = StringId::none(); });
    columns_.weak =
        changed(columns_.weak, [](dump::WeakReference& weak) { weak.label = StringId::none(); });
    columns_.threads =
        changed(columns_.threads, [](dump::Thread& thread) { thread.name = StringId::none(); });
    columns_.frames = changed(columns_.frames, [](dump::Frame& frame) {
      frame.function = StringId::none();
      frame.file = StringId::none();
    });
    columns_.sites = changed(columns_.sites, [](dump::AllocationSite& site) {
      site.function = StringId::none();
      site.file = StringId::none();
    });
    columns_.regions = changed(columns_.regions,
                               [](dump::MemoryRegion& region) { region.name = StringId::none(); });
  }

  /// As many types as the objects refer to. No heap has more types than objects.
  void number_types() {
    const auto types = columns_.type.span();
    const auto largest = std::max_element(types.begin(), types.end());
    const std::uint64_t count = largest == types.end() ? 0 : std::uint64_t{largest->value()} + 1;
    if (count > objects()) {
      throw Error(ErrorKind::kBadInput,
                  fmt::format("column type refers to {} types of {} objects", count, objects()));
    }
    columns_.types =
        Column(std::vector<dump::Type>(count, dump::Type{StringId::none(), ObjectId::none()}));
  }

  [[nodiscard]] static bool has_string_label(ReferenceKind kind) {
    return kind == ReferenceKind::kAttribute || kind == ReferenceKind::kCell ||
           kind == ReferenceKind::kLocal || kind == ReferenceKind::kInternal;
  }

  /// Gives references whose label is a string the label "[lost]". With `all`, the others as well:
  /// an item without its index or a value without its key becomes an internal reference.
  void lose_labels(bool all) {
    const std::uint32_t lost = strings_.add(kLost).value();
    std::vector<ReferenceKind> kinds(columns_.kind.begin(), columns_.kind.end());
    std::vector<std::uint32_t> labels(columns_.label.begin(), columns_.label.end());
    labels.resize(kinds.size());
    for (std::size_t row = 0; row < kinds.size(); ++row) {
      if (has_string_label(kinds[row])) {
        labels[row] = lost;
      } else if (all) {
        const bool is_type = kinds[row] == ReferenceKind::kType;
        kinds[row] = is_type ? ReferenceKind::kType : ReferenceKind::kInternal;
        labels[row] = is_type ? 0 : lost;
      }
    }
    columns_.kind = Column(std::move(kinds));
    columns_.label = Column(std::move(labels));
  }

  /// Leaves out references whose targets cannot be known, and the keys of values that follow one:
  /// they were packed as the difference from it.
  void drop_type_references() {
    const std::uint32_t lost = strings_.add(kLost).value();
    const auto old_kinds = columns_.kind.span();
    std::vector<std::uint64_t> begins = {0};
    std::vector<ObjectId> targets;
    std::vector<ReferenceKind> kinds;
    std::vector<std::uint32_t> labels;
    for (std::size_t object = 0; object + 1 < columns_.reference_begin.size(); ++object) {
      const std::uint64_t end =
          std::min<std::uint64_t>(columns_.reference_begin[object + 1], old_kinds.size());
      for (std::uint64_t row = columns_.reference_begin[object]; row < end; ++row) {
        if (old_kinds[row] == ReferenceKind::kType) {
          continue;
        }
        const bool loses_key = old_kinds[row] == ReferenceKind::kValue && row > 0 &&
                               old_kinds[row - 1] == ReferenceKind::kType;
        targets.push_back(columns_.target[row]);
        kinds.push_back(loses_key ? ReferenceKind::kInternal : old_kinds[row]);
        labels.push_back(loses_key ? lost : columns_.label[row]);
      }
      begins.push_back(targets.size());
    }
    columns_.reference_begin = Column(std::move(begins));
    columns_.target = Column(std::move(targets));
    columns_.kind = Column(std::move(kinds));
    columns_.label = Column(std::move(labels));
  }

  /// Roots that keep every object alive: first those that something outside the dump must hold,
  /// then those that nothing refers to, then one object of each remaining cycle. That is more than
  /// was alive, but a dump that lacks a root or a reference does not prove that anything is
  /// garbage.
  void infer_roots() {
    const dump::Heap heap = dump::with_native_roots(dump::Heap(columns_));
    std::vector<dump::Root> roots(heap.roots().begin(), heap.roots().end());
    ReachedObjects reached(heap);
    for (const dump::Root& root : roots) {
      reached.add(root.object);
    }
    std::vector<bool> is_target(heap.object_count());
    for (const ObjectId target : columns_.target) {
      is_target[target.value()] = true;
    }
    for (const bool also_targets : {false, true}) {
      for (const ObjectId id : heap.objects()) {
        if (!reached.contains(id) && (also_targets || !is_target[id.value()])) {
          roots.push_back({id, StringId::none(), dump::RootKind::kNative, false, 0});
          reached.add(id);
        }
      }
    }
    columns_.root = Column(std::move(roots));
    columns_.diagnostics.add({DiagnosticCode::kReachabilityUnknown, heap.object_count(),
                              std::nullopt,
                              "garbage cannot be identified: every object counts as reachable, "
                              "and retained sizes are estimates"});
  }

  HeapColumns& columns_;
  const LostSections& lost_;
  StringAppender strings_;
  bool drops_type_references_ = false;
};

}  // namespace

bool is_essential(SectionKind kind) {
  constexpr std::array kEssential = {SectionKind::kAddress, SectionKind::kType,
                                     SectionKind::kSize,    SectionKind::kReferenceBegin,
                                     SectionKind::kTarget,  SectionKind::kKind};
  return std::find(kEssential.begin(), kEssential.end(), kind) != kEssential.end();
}

void repair(HeapColumns& columns, const LostSections& lost, bool targets_need_types) {
  Repair(columns, lost, targets_need_types).run();
}

}  // namespace heapscan::formats::hsd
