// Problem: group objects by everything that refers to them: strings that only a list holds, strings
// that are a key and an attribute, strings that nothing but a C library holds. It is how guppy's
// heapy tells one use of a type from another.
//
// Idea: a reference is described by the type of its source and its own name ("shop.Cart.items",
// "dict[*]"); an object's group is the set of the descriptions of all references to it. The sets
// are states of an automaton: following one more reference leads from the set of an object to the
// set with one description more. So one pass over the references in the order of their sources is
// enough, without the reverse graph, and each different set exists once.
//
// An object that more than kMostDescriptions kinds of references lead to says nothing by them
// (None, a common string): such objects are one group, which also keeps the number of sets small.
//
// Cost: for each reference a look-up for its description, in an array where it has no name, and one
// for the set.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <unordered_map>

#include "analysis/histogram/grouping.h"
#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::ReferenceKind;

constexpr std::size_t kMostDescriptions = 4;
constexpr std::uint32_t kUnknown = Grouping::kNoGroup;

/// The descriptions of the references of one heap, numbered as they come up.
class Descriptions {
 public:
  explicit Descriptions(const Heap& heap)
      : heap_(heap), steps_(heap, tree_), nameless_(heap.columns().types.size()) {
    for (auto& row : nameless_) {
      row.fill(kUnknown);
    }
    for (unsigned kind = 0; kind < dump::kRootKinds; ++kind) {
      texts_.push_back("root: " + std::string(to_string(static_cast<dump::RootKind>(kind))));
    }
  }

  [[nodiscard]] static std::uint32_t of(const dump::Root& root) {
    return static_cast<std::uint32_t>(root.kind);
  }

  std::uint32_t of(dump::Referrer reference, ReferenceKind kind) {
    const bool nameless = kind == ReferenceKind::kItem || kind == ReferenceKind::kKey ||
                          kind == ReferenceKind::kValue || kind == ReferenceKind::kConservative;
    if (!nameless) {
      return named(reference);
    }
    std::uint32_t& known =
        nameless_[heap_.type(reference.source).value()][static_cast<std::size_t>(kind)];
    if (known == kUnknown) {
      known = named(reference);
    }
    return known;
  }

  [[nodiscard]] const std::string& text(std::uint32_t description) const {
    return texts_[description];
  }

 private:
  std::uint32_t named(dump::Referrer reference) {
    const std::uint32_t type = steps_.type_of(reference.source);
    const std::uint32_t label = steps_.label_of(reference);
    const auto next = static_cast<std::uint32_t>(texts_.size());
    const auto [entry, added] = rows_.try_emplace(std::uint64_t{type} << 32U | label, next);
    if (added) {
      texts_.push_back(text_of(tree_.type_name(type), label));
    }
    return entry->second;
  }

  [[nodiscard]] std::string text_of(const std::string& type, std::uint32_t label) const {
    const std::string& name = tree_.label_text(label);
    switch (tree_.label_form(label)) {
      case LabelForm::kBeforeType:
        return name + type;
      case LabelForm::kBehindType:
        return type + name;
      case LabelForm::kAlone:
        break;
    }
    return name.starts_with('.') ? type + name : type + " " + name;
  }

  const Heap& heap_;
  SignatureTree tree_;
  SignatureSteps steps_;
  /// For each type of a source, the descriptions of references without a name, by their kind.
  std::vector<std::array<std::uint32_t, dump::kReferenceKinds>> nameless_;
  std::unordered_map<std::uint64_t, std::uint32_t> rows_;
  std::vector<std::string> texts_;
};

/// Sets of descriptions, each of them once.
class DescriptionSets {
 public:
  static constexpr std::uint32_t kEmpty = 0;
  static constexpr std::uint32_t kMany = 1;

  DescriptionSets() : sets_(2) {}

  /// The set with one description more.
  std::uint32_t with(std::uint32_t set, std::uint32_t description) {
    if (set == kMany) {
      return kMany;
    }
    const auto [entry, added] =
        next_.try_emplace(std::uint64_t{set} << 32U | description, std::uint32_t{0});
    if (added) {
      entry->second = find(set, description);
    }
    return entry->second;
  }

  [[nodiscard]] std::vector<std::string> names(const Descriptions& descriptions) const {
    std::vector<std::string> names = {
        "[nothing]", "[more than " + std::to_string(kMostDescriptions) + " kinds of references]"};
    for (std::size_t set = names.size(); set < sets_.size(); ++set) {
      std::vector<std::string_view> texts;
      for (const std::uint32_t description : sets_[set]) {
        texts.push_back(descriptions.text(description));
      }
      std::sort(texts.begin(), texts.end());
      std::string name;
      for (const std::string_view text : texts) {
        name += name.empty() ? "" : ", ";
        name += text;
      }
      names.push_back(std::move(name));
    }
    return names;
  }

 private:
  using Set = std::vector<std::uint32_t>;  // Ascending.

  struct SetHash {
    std::size_t operator()(const Set& set) const noexcept {
      std::uint64_t hash = set.size();
      for (const std::uint32_t member : set) {
        hash = (hash ^ member) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 29U;
      }
      return hash;
    }
  };

  std::uint32_t find(std::uint32_t set, std::uint32_t description) {
    Set larger = sets_[set];
    const auto place = std::lower_bound(larger.begin(), larger.end(), description);
    if (place != larger.end() && *place == description) {
      return set;
    }
    if (larger.size() == kMostDescriptions) {
      return kMany;
    }
    larger.insert(place, description);
    const auto [entry, added] = rows_.try_emplace(larger, static_cast<std::uint32_t>(sets_.size()));
    if (added) {
      sets_.push_back(std::move(larger));
    }
    return entry->second;
  }

  std::vector<Set> sets_;
  std::unordered_map<Set, std::uint32_t, SetHash> rows_;
  std::unordered_map<std::uint64_t, std::uint32_t> next_;  // By set and description.
};

}  // namespace

Grouping group_by_referrers(const Heap& heap) {
  Grouping grouping;
  grouping.group_of_object.assign(heap.object_count(), DescriptionSets::kEmpty);
  Descriptions descriptions(heap);
  DescriptionSets sets;
  const auto follow = [&](ObjectId target, std::uint32_t description) {
    std::uint32_t& set = grouping.group_of_object[target.value()];
    set = sets.with(set, description);
  };
  for (const dump::Root& root : heap.roots()) {
    follow(root.object, Descriptions::of(root));
  }
  std::uint64_t row = 0;
  for (const ObjectId source : heap.objects()) {
    std::uint32_t ordinal = 0;
    for (const ObjectId target : heap.targets(source)) {
      // Most references to a hub change nothing.
      if (grouping.group_of_object[target.value()] != DescriptionSets::kMany) {
        follow(target, descriptions.of({source, ordinal}, heap.columns().kind[row]));
      }
      ++ordinal;
      ++row;
    }
  }
  grouping.names = sets.names(descriptions);
  merge_equal_names(grouping);
  return grouping;
}

}  // namespace heapscan::analysis
