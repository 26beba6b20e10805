// Problem: name a strongly connected component so that components built by the same code have the
// same name, and others do not. Canonical labelling of graphs is hard in general, and too fine: two
// trees whose nodes know their parents should have one name, whatever their number of nodes.
//
// Idea: look at the kinds of references in the component: (type, label, type). Together they form a
// graph whose vertices are types, which is strongly connected as well, small, and the same for both
// trees. Write it as closed walks that cover all its edges: for each edge that no walk has covered,
// in the order of their text, the shortest walk through it. Walks that meet at the start of the
// first are written as one:
//
//     Node .children > list [*] > Node .parent > Node
//
// As in paths, the table of an instance's attributes is a part of the instance. A component with
// too many kinds of references to be readable (a whole module that was unloaded) is named by its
// types.
//
// Cost: the square of the number of kinds, which kMostStepsSpelled bounds.
#include "analysis/cycles/cycle_signature.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::Reference;
using dump::Referrer;

constexpr std::size_t kMostStepsSpelled = 12;
constexpr std::size_t kMostTypesNamed = 8;

/// Collected steps are sorted and made unique once there are this many, so that a component with
/// millions of references takes no memory for them.
constexpr std::size_t kStepsCollected = 4096;

template <class T>
void sort_and_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// A step as text, ordered by text: the ids of labels and types differ from run to run.
struct SpelledStep {
  std::string source;
  std::string label;
  std::string target;

  friend auto operator<=>(const SpelledStep&, const SpelledStep&) = default;
};

using Walk = std::vector<std::size_t>;  // Rows of steps, each one's target the next one's source.

/// The shortest walk that starts with the step and returns to its source.
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

/// Closed walks that cover all steps, each starting with its smallest step or where the first walk
/// starts. Requires: steps are sorted.
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
std::string types_text(const Heap& heap, const std::vector<SpelledStep>& steps) {
  std::vector<std::pair<bool, std::string>> types;
  types.reserve(steps.size());
  for (const SpelledStep& step : steps) {
    types.emplace_back(!is_of_program(heap, step.source), step.source);
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

CycleSignatures::CycleSignatures(const Heap& heap) : heap_(heap), steps_(heap, tree_) {
  if (steps_.attribute_table_label().has_value()) {
    attribute_element_ =
        tree_.label(tree_.label_text(steps_.attribute_table_label()) + "[*]", LabelForm::kAlone);
  }
}

std::string CycleSignatures::of(const std::vector<Referrer>& inner) {
  const auto [text, added] = texts_.try_emplace(different_steps(inner));
  if (added) {
    text->second = spell(text->first);
  }
  return text->second;
}

/// For each table of attributes whose owner is in the component, the owner's type.
CycleSignatures::OwnerTypes CycleSignatures::owners_of_attributes(
    const std::vector<Referrer>& inner) {
  OwnerTypes owners;
  const TypeNameId table = steps_.attribute_table_type();
  if (!table.has_value()) {
    return owners;
  }
  for (const Referrer reference : inner) {
    const ObjectId target = heap_.reference(reference).target;
    const TypeNameId source_type = steps_.type_of(reference.source);
    if (steps_.type_of(target) == table && source_type != table &&
        steps_.label_of(reference) == steps_.attribute_table_label()) {
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
    const TypeNameId source = type_of(reference.source);
    const TypeNameId target = type_of(step.target);
    LabelId label = steps_.label_of(reference);
    if (label == steps_.attribute_table_label() && source == target &&
        owners.contains(step.target)) {
      continue;  // From the owner to a part of it.
    }
    if (step.kind == dump::ReferenceKind::kValue && owners.contains(reference.source)) {
      const LabelId name = steps_.attribute_label(step);
      label = name.has_value() ? name : attribute_element_;
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
    // The label " key" starts with a space.
    spelled.push_back({tree_.type_name(step.source), label.substr(label.find_first_not_of(' ')),
                       tree_.type_name(step.target)});
  }
  sort_and_unique(spelled);
  return spelled.size() > kMostStepsSpelled ? types_text(heap_, spelled) : walks_text(spelled);
}

}  // namespace heapscan::analysis
