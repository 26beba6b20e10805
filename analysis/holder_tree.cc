#include "analysis/holder_tree.h"

#include <optional>

#include "analysis/signature_steps.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;

/// The entry whose key the path comes to by `reference`, if the path to the entry's value goes
/// through it as well.
std::optional<Referrer> entry_of_key(const Heap& heap,
                                     const PathForest& paths,
                                     Referrer reference) {
  const Reference key = heap.reference(reference);
  // A collector writes an entry's value right behind its key.
  const Referrer next = {reference.source, reference.ordinal + 1};
  if (key.kind != ReferenceKind::kKey || next.ordinal >= heap.out_degree(next.source)) {
    return std::nullopt;
  }
  const Reference value = heap.reference(next);
  const bool of_key = value.kind == ReferenceKind::kValue && value.label == key.target.value();
  if (!of_key || value.target == key.target || paths.parent(value.target) != next) {
    return std::nullopt;
  }
  return next;
}

}  // namespace

HolderTree::HolderTree(const Heap& heap, const PathForest& paths) {
  const std::uint32_t unreachable = steps_.child(
      SignatureTree::kTop, steps_.label("unreachable", LabelForm::kAlone), steps_.type(""));
  SignatureSteps steps(heap, steps_);
  std::vector<std::uint32_t> node_of(heap.object_count(), unreachable);
  for (const ObjectId id : paths.order()) {
    const Referrer parent = paths.parent(id);
    std::uint32_t& node = node_of[id.value()];
    if (!parent.source.has_value()) {
      node = steps.enter(paths.root(id));
      continue;
    }
    const std::uint32_t source = node_of[parent.source.value()];
    const std::optional<Referrer> entry = entry_of_key(heap, paths, parent);
    node = entry.has_value() ? steps.follow_to_key(steps.follow(source, *entry), id)
                             : steps.follow(source, parent);
  }

  nodes_.resize(steps_.nodes().size());
  for (std::size_t row = 0; row < nodes_.size(); ++row) {
    nodes_[row].parent = steps_.nodes()[row].parent;
  }
  for (const ObjectId id : heap.objects()) {
    Node& node = nodes_[node_of[id.value()]];
    ++node.objects;
    node.size += heap.size(id);
  }
}

}  // namespace heapscan::analysis
