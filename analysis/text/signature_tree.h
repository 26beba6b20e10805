#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/text/signature_ids.h"
#include "analysis/text/step_table.h"

namespace heapscan::analysis {

/// How the label of a step is written.
enum class LabelForm : std::uint8_t {
  kAlone,       ///< ".name": the label says everything.
  kBehindType,  ///< "[*]": after the type that the step leaves, "dict[*]".
  kBeforeType,  ///< "key of ": before that type, "key of Session".
};

/// Path signatures as a tree: a node is a step (a label and the type of the object that it leads
/// to) below the steps before it. Nothing in it differs from run to run.
///
/// A step that repeats one above it is folded into that one, so that chains and trees of one shape
/// take few nodes however deep they are. signature_tree.cc describes the folding, which is loop
/// erasure (Lawler 1980) applied to the types on a path.
class SignatureTree {
 public:
  /// Above all roots; it has neither a label nor a type.
  static constexpr NodeId kTop{0};

  struct Node {
    NodeId parent = kTop;
    LabelId label;            ///< As label() returned it.
    TypeNameId type;          ///< As type() returned it.
    std::uint32_t depth = 0;  ///< Steps from the top.
  };

  SignatureTree();

  /// The id of a label or a type; equal ones have the same id.
  LabelId label(std::string_view text, LabelForm form);
  TypeNameId type(std::string_view name);

  /// The node for this step from `parent`: a child of it, or the node that the step repeats.
  /// Cost: a look-up; for a new child, a walk to the top.
  NodeId child(NodeId parent, LabelId label, TypeNameId type);

  /// The node that child() would return, or none if it would add one. Cost: a look-up.
  [[nodiscard]] NodeId known_child(NodeId parent, LabelId label, TypeNameId type) const {
    return children_.find({parent, label, type});
  }

  [[nodiscard]] const Node& node(NodeId id) const { return nodes_[id.value()]; }

  /// The nodes by their ids: parents before children.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  [[nodiscard]] dump::IndexRange<NodeId> node_ids() const {
    return dump::IndexRange<NodeId>(static_cast<std::uint32_t>(nodes_.size()));
  }

  [[nodiscard]] const std::string& label_text(LabelId label) const {
    return labels_[label.value()].text;
  }

  [[nodiscard]] LabelForm label_form(LabelId label) const { return labels_[label.value()].form; }

  [[nodiscard]] const std::string& type_name(TypeNameId type) const { return types_[type.value()]; }

  [[nodiscard]] dump::IndexRange<LabelId> label_ids() const {
    return dump::IndexRange<LabelId>(static_cast<std::uint32_t>(labels_.size()));
  }

  [[nodiscard]] dump::IndexRange<TypeNameId> type_ids() const {
    return dump::IndexRange<TypeNameId>(static_cast<std::uint32_t>(types_.size()));
  }

  /// The label and the type of one step: "._SESSIONS dict", "[*] Session".
  [[nodiscard]] std::string step_text(NodeId id) const;

  /// "module shop.cache > ._SESSIONS > dict[*] > Session".
  [[nodiscard]] std::string text(NodeId id) const;

 private:
  struct Label {
    std::string text;
    LabelForm form = LabelForm::kAlone;
  };

  [[nodiscard]] NodeId repeated(NodeId parent, const Node& step) const;
  [[nodiscard]] bool same_step(const Node& a, const Node& b) const;
  [[nodiscard]] bool pattern_repeats(NodeId parent, const Node& step, NodeId earlier) const;

  std::vector<Node> nodes_;
  std::vector<Label> labels_;
  std::vector<std::string> types_;
  std::unordered_map<std::string, LabelId> label_rows_;
  std::unordered_map<std::string, TypeNameId> type_rows_;
  StepTable children_;
};

}  // namespace heapscan::analysis
