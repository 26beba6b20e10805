// Problem: a linked list of a million nodes has paths of a million steps, and a tree has as many
// different paths as it has nodes. All of them mean "in the list" or "in the tree". Paths that
// differ only in how often the same structure repeats must become equal, and no others.
//
// Idea: a step is identified by the type it leaves, its label and the type it leads to. A path that
// takes the same step again has gone around a loop in the types of the program, and the loop is cut
// out: below `.root Node`, `.children list` and `[*] Node`, the next `.children list` is the first
// one again.
//
// A step into a container says too little for that: two lists of tuples on one path may be
// unrelated. Such a step counts as a repetition only if it follows itself, or completes the second
// occurrence of a whole pattern of up to four steps (JSON-like lists in dicts in lists). Below
// kDeepest steps any repetition counts, which bounds the depth of the tree for data that nests
// without a pattern.
//
// Cost: for each different step, once, a walk over the steps above it. There are at most kDeepest
// plus the number of steps that differ in type and label. Cutting loops out of a path is known as
// loop erasure (Lawler 1980); here it is applied to the types on the path instead of its objects.
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

LabelId SignatureTree::label(std::string_view text, LabelForm form) {
  std::string key(text);
  key += static_cast<char>('0' + static_cast<int>(form));
  const auto [row, added] =
      label_rows_.try_emplace(std::move(key), LabelId(static_cast<std::uint32_t>(labels_.size())));
  if (added) {
    labels_.push_back({std::string(text), form});
  }
  return row->second;
}

TypeNameId SignatureTree::type(std::string_view name) {
  const auto [row, added] = type_rows_.try_emplace(
      std::string(name), TypeNameId(static_cast<std::uint32_t>(types_.size())));
  if (added) {
    types_.emplace_back(name);
  }
  return row->second;
}

NodeId SignatureTree::child(NodeId parent, LabelId label, TypeNameId type) {
  NodeId& known = children_[{parent, label, type}];
  if (known.has_value()) {
    return known;
  }
  const Node added = {parent, label, type, node(parent).depth + 1};
  known = repeated(parent, added);
  if (!known.has_value()) {
    known = NodeId(static_cast<std::uint32_t>(nodes_.size()));
    nodes_.push_back(added);
  }
  return known;
}

/// The node above that `step` below `parent` repeats, or none.
NodeId SignatureTree::repeated(NodeId parent, const Node& step) const {
  const bool any_distance =
      label_form(step.label) == LabelForm::kAlone || node(parent).depth >= kDeepest;
  // Steps from the top are roots, which repeat nothing and are not repeated.
  for (NodeId above = parent; node(above).depth > 1; above = node(above).parent) {
    if (same_step(step, node(above)) &&
        (any_distance || above == parent || pattern_repeats(parent, step, above))) {
      return above;
    }
  }
  return NodeId::none();
}

bool SignatureTree::same_step(const Node& a, const Node& b) const {
  return a.label == b.label && a.type == b.type && node(a.parent).type == node(b.parent).type;
}

/// True if the steps after `earlier` up to `step` are the same as those up to `earlier`.
bool SignatureTree::pattern_repeats(NodeId parent, const Node& step, NodeId earlier) const {
  const std::uint32_t length = step.depth - node(earlier).depth;
  if (length > kLongestPattern || node(earlier).depth <= length) {
    return false;
  }
  NodeId late = parent;
  NodeId early = node(earlier).parent;
  for (std::uint32_t matched = 1; matched < length; ++matched) {
    if (!same_step(node(late), node(early))) {
      return false;
    }
    late = node(late).parent;
    early = node(early).parent;
  }
  return true;
}

std::string SignatureTree::step_text(NodeId id) const {
  std::string text = label_text(node(id).label);
  if (!type_name(node(id).type).empty()) {
    text += ' ';
    text += type_name(node(id).type);
  }
  return text;
}

std::string SignatureTree::text(NodeId id) const {
  std::vector<NodeId> chain;
  for (NodeId above = id; above != kTop; above = node(above).parent) {
    chain.push_back(above);
  }
  std::reverse(chain.begin(), chain.end());
  std::string text;
  for (const NodeId step : chain) {
    const LabelId label = node(step).label;
    const std::string& left = type_name(node(node(step).parent).type);
    text += text.empty() ? "" : " > ";
    text += label_form(label) == LabelForm::kBehindType ? left : "";
    text += label_text(label);
    text += label_form(label) == LabelForm::kBeforeType ? left : "";
  }
  const std::string& last = type_name(node(id).type);
  if (!last.empty()) {
    text += " > ";
    text += last;
  }
  return text;
}

}  // namespace heapscan::analysis
