#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/text/step_table.h"

namespace heapscan::analysis {

/// How the label of a step is written.
enum class LabelForm : std::uint8_t {
  kAlone,       ///< ".name": the label says all.
  kBehindType,  ///< "[*]": behind the type that the step leads out of, "dict[*]".
  kBeforeType,  ///< "key of ": before that type, "key of Session".
};

/// Path signatures, as a tree: a node is a step (a label and the type of the object it leads to)
/// below the steps before it. Nothing in it differs from run to run.
///
/// A step that repeats one above it folds into that one, so that chains and trees of one shape take
/// few nodes, however deep they are: see signature_tree.cc.
class SignatureTree {
 public:
  /// Above all roots; it has neither label nor type.
  static constexpr std::uint32_t kTop = 0;

  struct Node {
    std::uint32_t parent = kTop;
    std::uint32_t label = 0;  ///< As label() gave it.
    std::uint32_t type = 0;   ///< As type() gave it.
    std::uint32_t depth = 0;  ///< Steps from the top.
  };

  SignatureTree();

  /// The number of a label or a type; equal ones get the same number.
  std::uint32_t label(std::string_view text, LabelForm form);
  std::uint32_t type(std::string_view name);

  /// The node for this step from `parent`: a child of it, or the node that the step repeats.
  /// Cost: a look-up; for a child that is new, a walk to the top.
  std::uint32_t child(std::uint32_t parent, std::uint32_t label, std::uint32_t type);

  /// The node that child() would give, if there is one already. Cost: a look-up.
  [[nodiscard]] std::optional<std::uint32_t> known_child(std::uint32_t parent,
                                                         std::uint32_t label,
                                                         std::uint32_t type) const;

  /// Parents before children.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  [[nodiscard]] const std::string& label_text(std::uint32_t label) const {
    return labels_[label].text;
  }

  [[nodiscard]] LabelForm label_form(std::uint32_t label) const { return labels_[label].form; }

  [[nodiscard]] const std::string& type_name(std::uint32_t type) const { return types_[type]; }

  [[nodiscard]] std::size_t label_count() const { return labels_.size(); }

  [[nodiscard]] std::size_t type_count() const { return types_.size(); }

  /// The label and the type of one step: "._SESSIONS dict", "[*] Session".
  [[nodiscard]] std::string step_text(std::uint32_t node) const;

  /// "module shop.cache > ._SESSIONS > dict[*] > Session".
  [[nodiscard]] std::string text(std::uint32_t node) const;

 private:
  struct Label {
    std::string text;
    LabelForm form = LabelForm::kAlone;
  };

  [[nodiscard]] std::uint32_t repeated(std::uint32_t parent, const Node& step) const;
  [[nodiscard]] bool same_step(const Node& a, const Node& b) const;
  [[nodiscard]] bool pattern_repeats(std::uint32_t parent,
                                     const Node& step,
                                     std::uint32_t earlier) const;

  std::vector<Node> nodes_;
  std::vector<Label> labels_;
  std::vector<std::string> types_;
  std::unordered_map<std::string, std::uint32_t> label_rows_;
  std::unordered_map<std::string, std::uint32_t> type_rows_;
  StepTable children_;
};

}  // namespace heapscan::analysis
