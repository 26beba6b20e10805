// Problem: group objects by everything that refers to them: strings that only a list holds, strings
// that are both a key and an attribute, strings that only native code holds. This is how guppy's
// heapy distinguishes the uses of a type.
//
// Idea: a reference is described by the type of its source and its own name ("shop.Cart.items",
// "dict[*]"); an object's group is the set of the descriptions of all references to it. The sets
// are the states of an automaton: one more reference leads from an object's set to the set with one
// more description. So a single pass over the references in the order of their sources is enough,
// without the reverse graph, and each different set exists once.
//
// An object to which more than kMostDescriptions kinds of references lead (None, a common string)
// is not characterized by them: such objects form one group, which also limits the number of sets.
//
// Cost: for each reference a look-up of its description, in an array if it has no name, and one of
// the set.
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
using DescriptionId = dump::Index<struct DescriptionTag>;

/// The descriptions of the references of one heap, numbered as they occur.
class Descriptions {
 public:
  explicit Descriptions(const Heap& heap)
      : heap_(heap), steps_(heap, tree_), nameless_(heap.columns().types.size()) {
    for (unsigned kind = 0; kind < dump::kRootKinds; ++kind) {
      texts_.push_back("root: " + std::string(to_string(static_cast<dump::RootKind>(kind))));
    }
  }

  [[nodiscard]] static DescriptionId of(const dump::Root& root) {
    return DescriptionId(static_cast<std::uint32_t>(root.kind));
  }

  DescriptionId of(dump::Referrer reference, ReferenceKind kind) {
    const bool nameless = kind == ReferenceKind::kItem || kind == ReferenceKind::kKey ||
                          kind == ReferenceKind::kValue || kind == ReferenceKind::kConservative;
    if (!nameless) {
      return named(reference);
    }
    DescriptionId& known =
        nameless_[heap_.type(reference.source).value()][static_cast<std::size_t>(kind)];
    if (!known.has_value()) {
      known = named(reference);
    }
    return known;
  }

  [[nodiscard]] const std::string& text(DescriptionId description) const {
    return texts_[description.value()];
  }

 private:
  DescriptionId named(dump::Referrer reference) {
    const TypeNameId type = steps_.type_of(reference.source);
    const LabelId label = steps_.label_of(reference);
    const DescriptionId next(static_cast<std::uint32_t>(texts_.size()));
    const auto [entry, added] =
        known_.try_emplace(std::uint64_t{type.value()} << 32U | label.value(), next);
    if (added) {
      texts_.push_back(text_of(tree_.type_name(type), label));
    }
    return entry->second;
  }

  [[nodiscard]] std::string text_of(const std::string& type, LabelId label) const {
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
  /// For each type of a source, the descriptions of references without a name, by their kind; none
  /// where there was no such reference so far.
  std::vector<std::array<DescriptionId, dump::kReferenceKinds>> nameless_;
  std::unordered_map<std::uint64_t, DescriptionId> known_;  // By type and label.
  std::vector<std::string> texts_;
};

/// Sets of descriptions, each of them once. A set is the group of the objects that have it.
class DescriptionSets {
 public:
  static constexpr GroupId kEmpty{0};
  static constexpr GroupId kMany{1};

  DescriptionSets() : sets_(2) {}

  /// The set with one more description.
  GroupId with(GroupId set, DescriptionId description) {
    if (set == kMany) {
      return kMany;
    }
    const auto [entry, added] =
        next_.try_emplace(std::uint64_t{set.value()} << 32U | description.value());
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
      for (const DescriptionId description : sets_[set]) {
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
  using Set = std::vector<DescriptionId>;  // Ascending.

  struct SetHash {
    std::size_t operator()(const Set& set) const noexcept {
      std::uint64_t hash = set.size();
      for (const DescriptionId member : set) {
        hash = (hash ^ member.value()) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 29U;
      }
      return hash;
    }
  };

  GroupId find(GroupId set, DescriptionId description) {
    Set larger = sets_[set.value()];
    const auto place = std::lower_bound(larger.begin(), larger.end(), description);
    if (place != larger.end() && *place == description) {
      return set;
    }
    if (larger.size() == kMostDescriptions) {
      return kMany;
    }
    larger.insert(place, description);
    const auto [entry, added] =
        known_.try_emplace(larger, GroupId(static_cast<std::uint32_t>(sets_.size())));
    if (added) {
      sets_.push_back(std::move(larger));
    }
    return entry->second;
  }

  std::vector<Set> sets_;
  std::unordered_map<Set, GroupId, SetHash> known_;
  std::unordered_map<std::uint64_t, GroupId> next_;  // By set and description.
};

}  // namespace

Grouping group_by_referrers(const Heap& heap) {
  Grouping grouping;
  grouping.group_of_object.assign(heap.object_count(), DescriptionSets::kEmpty);
  Descriptions descriptions(heap);
  DescriptionSets sets;
  const auto follow = [&](ObjectId target, DescriptionId description) {
    GroupId& set = grouping.group_of_object[target.value()];
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
