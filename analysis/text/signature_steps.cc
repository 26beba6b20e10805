#include "analysis/text/signature_steps.h"

#include <limits>
#include <optional>
#include <string_view>

#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;
using dump::RootKind;

constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();

/// What a label is made from: the high word of its key in the table of labels. The low word is the
/// label of the reference or root.
constexpr std::uint64_t kFromReference = 0x000;  // And the kind of the reference.
constexpr std::uint64_t kFromRoot = 0x100;       // And the kind of the root.
constexpr std::uint64_t kFromCellOfTuple = 0x200;
constexpr std::uint64_t kFromAttribute = 0x201;
constexpr std::uint64_t kFromGlobals = 0x202;

std::uint64_t label_key(std::uint64_t made_from, std::uint32_t label) {
  return made_from << 32U | label;
}

/// "serve() request" of "Thread-17 (serve) serve() request". The name of a thread may have blanks,
/// those of functions and variables have none.
std::string_view without_thread(std::string_view label) {
  const std::size_t call = label.rfind("()");
  const std::size_t name_end = call == std::string_view::npos ? label.size() : call;
  const std::size_t blank = label.substr(0, name_end).rfind(' ');
  return blank == std::string_view::npos ? label : label.substr(blank + 1);
}

/// "shop.cache of interpreter [*]" of "shop.cache of interpreter 3": programs that make
/// interpreters and end them count them up.
std::string without_interpreter_number(std::string_view label) {
  constexpr std::string_view kOf = " of interpreter ";
  const std::size_t digits = label.find_last_not_of("0123456789") + 1;
  const bool numbered = digits < label.size() && label.substr(0, digits).ends_with(kOf);
  return std::string(label.substr(0, numbered ? digits : label.size())) + (numbered ? "[*]" : "");
}

}  // namespace

std::string root_signature(const Heap& heap, const Root& root) {
  std::string text(to_string(root.kind));
  if (!root.label.has_value()) {
    return text;
  }
  const std::string_view label = heap.string(root.label);
  const bool of_thread = root.kind == RootKind::kFrame || root.kind == RootKind::kThread;
  text += ' ';
  text += of_thread ? std::string(without_thread(label)) : without_interpreter_number(label);
  return text;
}

SignatureSteps::SignatureSteps(const Heap& heap, SignatureTree& tree)
    : heap_(heap),
      tree_(tree),
      types_(heap.columns().types.size(), kUnknown),
      element_(tree.label("[*]", LabelForm::kBehindType)),
      unknown_(tree.label("[?]", LabelForm::kBehindType)),
      key_(tree.label(" key", LabelForm::kBehindType)),
      key_of_(tree.label("key of ", LabelForm::kBeforeType)),
      attributes_(tree.label(".__dict__", LabelForm::kAlone)),
      globals_(tree.label(".__globals__", LabelForm::kAlone)),
      dict_(tree.type("dict")),
      no_type_(tree.type("")) {}

std::uint32_t SignatureSteps::enter(const Root& root) {
  const std::uint64_t made_from = kFromRoot + static_cast<std::uint64_t>(root.kind);
  const auto [label, added] = labels_.try_emplace(label_key(made_from, root.label.value()), 0);
  if (added) {
    label->second = tree_.label(root_signature(heap_, root), LabelForm::kAlone);
  }
  // "module shop.cache" says that it is a module.
  const bool said = root.kind == RootKind::kModule && heap_.type_name(root.object) == "module";
  return tree_.child(SignatureTree::kTop, label->second, said ? no_type_ : type_of(root.object));
}

std::uint32_t SignatureSteps::follow(std::uint32_t node, Referrer reference) {
  const Reference step = heap_.reference(reference);
  const std::uint32_t type = type_of(step.target);
  const SignatureTree::Node& source = tree_.nodes()[node];
  if (step.kind == ReferenceKind::kValue && source.type == dict_) {
    if (source.label == globals_) {
      return tree_.child(node, globals_label(step), type);
    }
    const auto name = source.label == attributes_ ? attribute_label(step) : std::nullopt;
    if (name.has_value()) {
      return tree_.child(source.parent, *name, type);
    }
  }
  return tree_.child(node, label_of(reference), type);
}

std::uint32_t SignatureSteps::follow_to_key(std::uint32_t node, ObjectId key) {
  return tree_.child(node, key_of_, type_of(key));
}

std::uint32_t SignatureSteps::type_of(ObjectId id) {
  std::uint32_t& type = types_[heap_.type(id).value()];
  if (type == kUnknown) {
    type = tree_.type(heap_.type_name(id));
  }
  return type;
}

std::uint32_t SignatureSteps::label_of(Referrer reference) {
  const Reference step = heap_.reference(reference);
  switch (step.kind) {
    case ReferenceKind::kItem:
    case ReferenceKind::kValue:
      return element_;
    case ReferenceKind::kKey:
      return key_;
    case ReferenceKind::kConservative:
      return unknown_;
    default:
      break;
  }
  std::uint64_t made_from = kFromReference + static_cast<std::uint64_t>(step.kind);
  const bool cell = step.kind == ReferenceKind::kCell;
  if (cell && heap_.type_name(reference.source) == "tuple") {
    made_from = kFromCellOfTuple;
  } else if (cell && heap_.type_name(reference.source) == "cell") {
    return tree_.label(".cell_contents", LabelForm::kAlone);
  }
  const auto [label, added] = labels_.try_emplace(label_key(made_from, step.label), 0);
  if (added) {
    const LabelForm form =
        made_from == kFromCellOfTuple ? LabelForm::kBehindType : LabelForm::kAlone;
    label->second = tree_.label(name_of_reference(heap_, reference).value(), form);
  }
  return label->second;
}

std::optional<std::uint32_t> SignatureSteps::attribute_label(const Reference& step) {
  if (step.kind != ReferenceKind::kValue) {
    return std::nullopt;
  }
  const auto [label, added] = labels_.try_emplace(label_key(kFromAttribute, step.label), kUnknown);
  if (added) {
    const std::optional<std::string_view> name = attribute_of_entry(heap_, step);
    if (name.has_value()) {
      label->second = tree_.label("." + std::string(*name), LabelForm::kAlone);
    }
  }
  return label->second == kUnknown ? std::nullopt : std::optional(label->second);
}

/// "['name']", or "[*]" when the entry is not a variable.
std::uint32_t SignatureSteps::globals_label(const Reference& step) {
  const auto [label, added] = labels_.try_emplace(label_key(kFromGlobals, step.label), element_);
  if (added) {
    const std::optional<std::string_view> name = attribute_of_entry(heap_, step);
    if (name.has_value()) {
      label->second = tree_.label("['" + std::string(*name) + "']", LabelForm::kBehindType);
    }
  }
  return label->second;
}

}  // namespace heapscan::analysis
