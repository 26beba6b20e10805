// Problem: name a strongly connected component so that components which were built by the same code
// get the same name, and those that were not get another one. Numbering graphs canonically is hard
// in general, and too fine: two trees whose nodes know their parents should have one name, whatever
// their number of nodes.
//
// Idea: look at the kinds of references in the component: (type, label, type). Together they are a
// graph whose vertices are types, which is strongly connected as well, small, and the same for both
// trees. Spell it as closed walks that cover all its edges: for each edge in the order of the texts
// that no walk has covered, the shortest walk through it. Walks that meet at the first one's
// beginning are written as one:
//
//     Node .children > list [*] > Node .parent > Node
//
// As in paths, the dict of an instance is one with the instance. A component with so many kinds of
// references that nobody would read them (a whole module that was unloaded) is named by its types.
//
// Cost: the walks take the square of the number of kinds, which kMostStepsSpelled bounds.
#include "analysis/cycles/cycle_signature.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace heapscan::analysis {
namespace {

using dump::ObjectId;
using dump::Reference;
using dump::Referrer;

constexpr std::size_t kMostStepsSpelled = 12;
constexpr std::size_t kMostTypesNamed = 8;

/// Collected steps are sorted and made unique when there are this many, so that a component of
/// millions of references takes no memory for them.
constexpr std::size_t kStepsCollected = 4096;

template <class T>
void sort_and_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// A step as text, ordered by text: the numbers of labels and types differ from run to run.
struct SpelledStep {
  std::string source;
  std::string label;
  std::string target;

  friend auto operator<=>(const SpelledStep&, const SpelledStep&) = default;
};

using Walk = std::vector<std::size_t>;  // Rows of steps, each one's target the next one's source.

/// The shortest walk that begins with the step and comes back to its source.
Walk shortest_closed_walk(const std::vector<SpelledStep>& steps, std::size_t first) {
  constexpr std::size_t kUnseen = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> before(steps.size(), kUnseen);
  before[first] = first;
  std::vector<std::size_t> queue = {first};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const std::size_t at = queue[next];
    if (steps[at].target == steps[first].source) {
      Walk walk = {at};
      while (walk.back() != first) {
        walk.push_back(before[walk.back()]);
      }
      std::reverse(walk.begin(), walk.end());
      return walk;
    }
    for (std::size_t follower = 0; follower < steps.size(); ++follower) {
      if (before[follower] == kUnseen && steps[follower].source == steps[at].target) {
        before[follower] = at;
        queue.push_back(follower);
      }
    }
  }
  return {first};
}

/// Closed walks that cover all steps, each beginning with its smallest step or where the first walk
/// begins. Requires: steps are sorted.
std::vector<Walk> covering_walks(const std::vector<SpelledStep>& steps) {
  std::vector<Walk> walks;
  std::vector<bool> covered(steps.size());
  for (std::size_t step = 0; step < steps.size(); ++step) {
    if (covered[step]) {
      continue;
    }
    Walk walk = shortest_closed_walk(steps, step);
    for (const std::size_t taken : walk) {
      covered[taken] = true;
    }
    auto start = std::min_element(walk.begin(), walk.end());
    if (!walks.empty()) {
      const std::string& home = steps[walks.front().front()].source;
      const auto meets = std::find_if(
          walk.begin(), walk.end(), [&](std::size_t taken) { return steps[taken].source == home; });
      start = meets == walk.end() ? start : meets;
    }
    std::rotate(walk.begin(), start, walk.end());
    if (!walks.empty() && steps[walk.front()].source == steps[walks.front().front()].source) {
      walks.front().insert(walks.front().end(), walk.begin(), walk.end());
    } else {
      walks.push_back(std::move(walk));
    }
  }
  return walks;
}

std::string walks_text(const std::vector<SpelledStep>& steps) {
  std::string text;
  for (const Walk& walk : covering_walks(steps)) {
    text += text.empty() ? "" : "; ";
    for (const std::size_t step : walk) {
      text += steps[step].source;
      text += ' ';
      text += steps[step].label;
      text += " > ";
    }
    text += steps[walk.back()].target;
  }
  return text;
}

/// The types of the program before those of the language, which every cycle has.
std::string types_text(const std::vector<SpelledStep>& steps) {
  std::vector<std::pair<bool, std::string>> types;
  types.reserve(steps.size());
  for (const SpelledStep& step : steps) {
    types.emplace_back(step.source.find('.') == std::string::npos, step.source);
  }
  sort_and_unique(types);
  const std::size_t named = std::min(types.size(), kMostTypesNamed);
  std::string text;
  for (std::size_t row = 0; row < named; ++row) {
    text += text.empty() ? "" : ", ";
    text += types[row].second;
  }
  if (named < types.size()) {
    text += " and " + std::to_string(types.size() - named) + " more types";
  }
  return text;
}

}  // namespace

CycleSignatures::CycleSignatures(const dump::Heap& heap)
    : heap_(heap),
      steps_(heap, tree_),
      attributes_(tree_.label(".__dict__", LabelForm::kAlone)),
      attribute_element_(tree_.label(".__dict__[*]", LabelForm::kAlone)),
      dict_(tree_.type("dict")) {}

std::string CycleSignatures::of(const std::vector<Referrer>& inner) {
  const auto [text, added] = texts_.try_emplace(different_steps(inner));
  if (added) {
    text->second = spell(text->first);
  }
  return text->second;
}

/// For each dict of attributes whose owner is in the component, the owner's type.
CycleSignatures::OwnerTypes CycleSignatures::owners_of_attributes(
    const std::vector<Referrer>& inner) {
  OwnerTypes owners;
  for (const Referrer reference : inner) {
    const ObjectId target = heap_.reference(reference).target;
    const std::uint32_t source_type = steps_.type_of(reference.source);
    if (steps_.type_of(target) == dict_ && source_type != dict_ &&
        steps_.label_of(reference) == attributes_) {
      owners.try_emplace(target, source_type);
    }
  }
  return owners;
}

std::vector<CycleSignatures::Step> CycleSignatures::different_steps(
    const std::vector<Referrer>& inner) {
  const OwnerTypes owners = owners_of_attributes(inner);
  const auto type_of = [&](ObjectId id) {
    const auto owner = owners.find(id);
    return owner == owners.end() ? steps_.type_of(id) : owner->second;
  };
  std::vector<Step> different;
  for (const Referrer reference : inner) {
    const Reference step = heap_.reference(reference);
    const std::uint32_t source = type_of(reference.source);
    const std::uint32_t target = type_of(step.target);
    std::uint32_t label = steps_.label_of(reference);
    if (label == attributes_ && source == target && owners.contains(step.target)) {
      continue;  // From the owner to what is taken for a part of it.
    }
    if (step.kind == dump::ReferenceKind::kValue && owners.contains(reference.source)) {
      label = steps_.attribute_label(step).value_or(attribute_element_);
    }
    different.push_back({source, label, target});
    if (different.size() == kStepsCollected) {
      sort_and_unique(different);
    }
  }
  sort_and_unique(different);
  return different;
}

std::string CycleSignatures::spell(const std::vector<Step>& steps) const {
  std::vector<SpelledStep> spelled;
  for (const Step& step : steps) {
    const std::string& label = tree_.label_text(step.label);
    // The label " key" brings the blank that goes before it.
    spelled.push_back({tree_.type_name(step.source), label.substr(label.find_first_not_of(' ')),
                       tree_.type_name(step.target)});
  }
  sort_and_unique(spelled);
  return spelled.size() > kMostStepsSpelled ? types_text(spelled) : walks_text(spelled);
}

}  // namespace heapscan::analysis
