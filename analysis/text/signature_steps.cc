#include "analysis/text/signature_steps.h"

#include <optional>
#include <string_view>

#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;
using dump::RootKind;

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

/// "serve() request" of "Thread-17 (serve) serve() request". The name of a thread may have spaces;
/// those of functions and variables have none.
std::string_view without_thread(std::string_view label) {
  const std::size_t call = label.rfind("()");
  const std::size_t name_end = call == std::string_view::npos ? label.size() : call;
  const std::size_t space = label.substr(0, name_end).rfind(' ');
  return space == std::string_view::npos ? label : label.substr(space + 1);
}

/// "shop.cache of interpreter [*]" of "shop.cache of interpreter 3": a program that creates and
/// ends interpreters gets a new number for each. `of`: " of interpreter ", or empty.
std::string without_interpreter_number(std::string_view label, std::string_view of) {
  const std::size_t digits = label.find_last_not_of("0123456789") + 1;
  const bool numbered =
      !of.empty() && digits < label.size() && label.substr(0, digits).ends_with(of);
  return std::string(label.substr(0, numbered ? digits : label.size())) + (numbered ? "[*]" : "");
}

/// The label ".name", or none for a name that the runtime does not have.
LabelId attribute(SignatureTree& tree, std::string_view name) {
  return name.empty() ? LabelId::none() : tree.label("." + std::string(name), LabelForm::kAlone);
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
  text += of_thread
              ? std::string(without_thread(label))
              : without_interpreter_number(label, traits_of(heap.facts()).numbered_interpreter);
  return text;
}

SignatureSteps::SignatureSteps(const Heap& heap, SignatureTree& tree)
    : heap_(heap),
      tree_(tree),
      heap_types_(heap),
      types_(heap.columns().types.size()),
      element_(tree.label("[*]", LabelForm::kBehindType)),
      conservative_(tree.label("[?]", LabelForm::kBehindType)),
      key_(tree.label(" key", LabelForm::kBehindType)),
      key_of_(tree.label("key of ", LabelForm::kBeforeType)),
      cell_content_(attribute(tree, heap_types_.traits().cell_content_name)),
      attributes_(attribute(tree, heap_types_.traits().attribute_table_name)),
      globals_(attribute(tree, heap_types_.traits().globals_name)),
      no_type_(tree.type("")) {
  const std::string_view table = heap_types_.traits().attribute_table_type;
  table_type_ = table.empty() ? TypeNameId::none() : tree.type(table);
}

NodeId SignatureSteps::enter(const Root& root) {
  const std::uint64_t made_from = kFromRoot + static_cast<std::uint64_t>(root.kind);
  const auto [label, added] = labels_.try_emplace(label_key(made_from, root.label.value()));
  if (added) {
    label->second = tree_.label(root_signature(heap_, root), LabelForm::kAlone);
  }
  // "module shop.cache" implies that it is a module.
  const bool implied =
      root.kind == RootKind::kModule && heap_types_.is(root.object, TypeRole::kModule);
  return tree_.child(SignatureTree::kTop, label->second, implied ? no_type_ : type_of(root.object));
}

NodeId SignatureSteps::follow(NodeId node, Referrer reference) {
  const Reference step = heap_.reference(reference);
  const TypeNameId type = type_of(step.target);
  const SignatureTree::Node& source = tree_.node(node);
  if (step.kind == ReferenceKind::kValue && table_type_.has_value() && source.type == table_type_) {
    if (source.label == globals_) {
      return tree_.child(node, globals_label(step), type);
    }
    const LabelId name = source.label == attributes_ ? attribute_label(step) : LabelId::none();
    if (name.has_value()) {
      return tree_.child(source.parent, name, type);
    }
  }
  return tree_.child(node, label_of(reference), type);
}

NodeId SignatureSteps::follow_to_key(NodeId node, ObjectId key) {
  return tree_.child(node, key_of_, type_of(key));
}

TypeNameId SignatureSteps::type_of(ObjectId id) {
  TypeNameId& type = types_[heap_.type(id).value()];
  if (!type.has_value()) {
    type = tree_.type(heap_.type_name(id));
  }
  return type;
}

LabelId SignatureSteps::label_of(Referrer reference) {
  const Reference step = heap_.reference(reference);
  switch (step.kind) {
    case ReferenceKind::kItem:
    case ReferenceKind::kValue:
      return element_;
    case ReferenceKind::kKey:
      return key_;
    case ReferenceKind::kConservative:
      return conservative_;
    default:
      break;
  }
  std::uint64_t made_from = kFromReference + static_cast<std::uint64_t>(step.kind);
  if (step.kind == ReferenceKind::kCell) {
    const TypeRoles source = heap_types_.roles(heap_.type(reference.source));
    if (source.has(TypeRole::kCell)) {
      return cell_content_;
    }
    made_from = source.has(TypeRole::kCellTuple) ? kFromCellOfTuple : made_from;
  }
  const auto [label, added] = labels_.try_emplace(label_key(made_from, step.label));
  if (added) {
    const LabelForm form =
        made_from == kFromCellOfTuple ? LabelForm::kBehindType : LabelForm::kAlone;
    label->second = tree_.label(name_of_reference(heap_, reference).value(), form);
  }
  return label->second;
}

LabelId SignatureSteps::attribute_label(const Reference& step) {
  if (step.kind != ReferenceKind::kValue) {
    return LabelId::none();
  }
  const auto [label, added] = labels_.try_emplace(label_key(kFromAttribute, step.label));
  if (added) {
    const std::optional<std::string_view> name = attribute_of_entry(heap_, step);
    if (name.has_value()) {
      label->second = tree_.label("." + std::string(*name), LabelForm::kAlone);
    }
  }
  return label->second;
}

/// "['name']", or "[*]" if the entry is not a variable.
LabelId SignatureSteps::globals_label(const Reference& step) {
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
