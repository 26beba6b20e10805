// Problem: a list of a million linked nodes gives paths of a million steps, and a tree as many
// different paths as it has nodes. All of them say "in the list" and "in the tree". Paths must be
// made equal when they differ only in how often the same structure repeats, and nothing else may be
// made equal.
//
// Idea: a step is known by the type it leaves, its label and the type it comes to. A path that
// takes the same step again has gone round a loop in the types of the program, and the loop is cut
// out: below `.root Node`, `.children list` and `[*] Node`, the next `.children list` is the first
// one again.
//
// A step into a container says too little for that: two lists of tuples on one path need not have
// anything to do with each other. Such a step is taken for a repetition only where it follows
// itself, or completes the second occurrence of a whole pattern of up to four steps (JSON-like
// lists in dicts in lists). Below kDeepest steps any repetition will do: that bounds the depth of
// the tree for data that nests without a pattern.
//
// Cost: once for each different step, a walk over the steps above it. Their number is at most
// kDeepest plus the number of steps that differ in type and label. Cutting loops out of a path is
// known as loop erasure (Lawler 1980); here it is applied to the types on the path and not to its
// objects.
#include "analysis/text/signature_tree.h"

#include <algorithm>
#include <utility>

namespace heapscan::analysis {
namespace {

constexpr std::uint32_t kLongestPattern = 4;
constexpr std::uint32_t kDeepest = 64;

}  // namespace

SignatureTree::SignatureTree() {
  nodes_.push_back({kTop, label("", LabelForm::kAlone), type(""), 0});
}

std::uint32_t SignatureTree::label(std::string_view text, LabelForm form) {
  std::string key(text);
  key += static_cast<char>('0' + static_cast<int>(form));
  const auto [row, added] =
      label_rows_.try_emplace(std::move(key), static_cast<std::uint32_t>(labels_.size()));
  if (added) {
    labels_.push_back({std::string(text), form});
  }
  return row->second;
}

std::uint32_t SignatureTree::type(std::string_view name) {
  const auto [row, added] =
      type_rows_.try_emplace(std::string(name), static_cast<std::uint32_t>(types_.size()));
  if (added) {
    types_.emplace_back(name);
  }
  return row->second;
}

std::uint32_t SignatureTree::child(std::uint32_t parent, std::uint32_t label, std::uint32_t type) {
  std::uint32_t& node = children_[{parent, label, type}];
  if (node != StepTable::kNone) {
    return node;
  }
  const Node added = {parent, label, type, nodes_[parent].depth + 1};
  node = repeated(parent, added);
  if (node == kTop) {
    node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(added);
  }
  return node;
}

std::optional<std::uint32_t> SignatureTree::known_child(std::uint32_t parent,
                                                        std::uint32_t label,
                                                        std::uint32_t type) const {
  const std::uint32_t node = children_.find({parent, label, type});
  return node == StepTable::kNone ? std::nullopt : std::optional(node);
}

/// The node above that `step` below `parent` repeats, or kTop.
std::uint32_t SignatureTree::repeated(std::uint32_t parent, const Node& step) const {
  const bool any_distance =
      label_form(step.label) == LabelForm::kAlone || nodes_[parent].depth >= kDeepest;
  // Steps from the top are roots, which repeat nothing and are not repeated.
  for (std::uint32_t node = parent; nodes_[node].depth > 1; node = nodes_[node].parent) {
    if (same_step(step, nodes_[node]) &&
        (any_distance || node == parent || pattern_repeats(parent, step, node))) {
      return node;
    }
  }
  return kTop;
}

bool SignatureTree::same_step(const Node& a, const Node& b) const {
  return a.label == b.label && a.type == b.type && nodes_[a.parent].type == nodes_[b.parent].type;
}

/// True when the steps from behind `earlier` to `step` are the same as those up to `earlier`.
bool SignatureTree::pattern_repeats(std::uint32_t parent,
                                    const Node& step,
                                    std::uint32_t earlier) const {
  const std::uint32_t length = step.depth - nodes_[earlier].depth;
  if (length > kLongestPattern || nodes_[earlier].depth <= length) {
    return false;
  }
  std::uint32_t late = parent;
  std::uint32_t early = nodes_[earlier].parent;
  for (std::uint32_t matched = 1; matched < length; ++matched) {
    if (!same_step(nodes_[late], nodes_[early])) {
      return false;
    }
    late = nodes_[late].parent;
    early = nodes_[early].parent;
  }
  return true;
}

std::string SignatureTree::step_text(std::uint32_t node) const {
  std::string text = label_text(nodes_[node].label);
  if (!type_name(nodes_[node].type).empty()) {
    text += ' ';
    text += type_name(nodes_[node].type);
  }
  return text;
}

std::string SignatureTree::text(std::uint32_t node) const {
  std::vector<std::uint32_t> chain;
  for (std::uint32_t above = node; above != kTop; above = nodes_[above].parent) {
    chain.push_back(above);
  }
  std::reverse(chain.begin(), chain.end());
  std::string text;
  for (const std::uint32_t step : chain) {
    const Label& label = labels_[nodes_[step].label];
    const std::string& left = type_name(nodes_[nodes_[step].parent].type);
    text += text.empty() ? "" : " > ";
    text += label.form == LabelForm::kBehindType ? left : "";
    text += label.text;
    text += label.form == LabelForm::kBeforeType ? left : "";
  }
  const std::string& last = type_name(nodes_[node].type);
  if (!last.empty()) {
    text += " > ";
    text += last;
  }
  return text;
}

}  // namespace heapscan::analysis
