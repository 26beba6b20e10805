#include "analysis/growth/holder_tree.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "analysis/text/signature_steps.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;

/// The entry whose key the path reaches by `reference`, if the path to the entry's value goes
/// through that entry as well.
std::optional<Referrer> entry_of_key(const Heap& heap,
                                     const PathForest& paths,
                                     Referrer reference) {
  const Reference key = heap.reference(reference);
  // A collector writes an entry's value right after its key.
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

/// How many objects are processed together.
constexpr std::size_t kBatch = 64;

/// Prefetches what the steps to these objects are read from. Their parents are anywhere in memory:
/// read one after another, each would be a cache miss to wait for.
void prefetch(const Heap& heap, const PathForest& paths, std::span<const ObjectId> batch) {
  const dump::HeapColumns& columns = heap.columns();
  std::array<Referrer, kBatch> parents = {};
  std::transform(batch.begin(), batch.end(), parents.begin(), [&](ObjectId id) {
    __builtin_prefetch(&columns.type[id.value()]);
    return paths.parent(id);
  });
  const std::span<const Referrer> known(parents.data(), batch.size());
  for (const Referrer& parent : known) {
    if (parent.source.has_value()) {
      __builtin_prefetch(&columns.reference_begin[parent.source.value()]);
    }
  }
  for (const Referrer& parent : known) {
    if (parent.source.has_value()) {
      const std::uint64_t row = columns.reference_begin[parent.source.value()] + parent.ordinal;
      __builtin_prefetch(&columns.kind[row]);
      __builtin_prefetch(&columns.target[row]);
      __builtin_prefetch(&columns.label[row]);
    }
  }
}

}  // namespace

HolderTree::HolderTree() {
  (void)add(SignatureTree::kTop, "unreachable", LabelForm::kAlone, "");
}

HolderTree::HolderTree(const Heap& heap, const PathForest& paths) : HolderTree() {
  std::vector<NodeId> node_of_object;
  group(heap, paths, node_of_object);
}

HolderTree::HolderTree(const Heap& heap,
                       const PathForest& paths,
                       std::vector<NodeId>& node_of_object)
    : HolderTree() {
  group(heap, paths, node_of_object);
}

void HolderTree::group(const Heap& heap, const PathForest& paths, std::vector<NodeId>& node_of) {
  SignatureSteps steps(heap, steps_);
  node_of.assign(heap.object_count(), kUnreachable);
  const std::span<const ObjectId> order(paths.order());
  for (std::size_t next = 0; next < order.size(); ++next) {
    if (next % kBatch == 0) {
      prefetch(heap, paths, order.subspan(next, std::min(kBatch, order.size() - next)));
    }
    const ObjectId id = order[next];
    const Referrer parent = paths.parent(id);
    NodeId& node = node_of[id.value()];
    if (!parent.source.has_value()) {
      node = steps.enter(paths.root(id));
      continue;
    }
    const NodeId source = node_of[parent.source.value()];
    const std::optional<Referrer> entry = entry_of_key(heap, paths, parent);
    node = entry.has_value() ? steps.follow_to_key(steps.follow(source, *entry), id)
                             : steps.follow(source, parent);
  }
  add_new_steps();
  for (const ObjectId id : heap.objects()) {
    count(node_of[id.value()], 1, heap.size(id));
  }
}

NodeId HolderTree::add(NodeId parent,
                       std::string_view label,
                       LabelForm form,
                       std::string_view type) {
  const NodeId node = steps_.child(parent, steps_.label(label, form), steps_.type(type));
  add_new_steps();
  return node;
}

std::vector<std::uint64_t> HolderTree::sizes_with_below() const {
  std::vector<std::uint64_t> sizes(nodes_.size());
  for (std::size_t row = nodes_.size(); row-- > 1;) {
    sizes[row] += nodes_[row].size;
    sizes[steps_.nodes()[row].parent.value()] += sizes[row];
  }
  return sizes;
}

HolderTree HolderTree::without_small(std::uint64_t least) const {
  const std::vector<std::uint64_t> sizes = sizes_with_below();
  HolderTree kept;
  std::vector<NodeId> kept_node_of(nodes_.size(), SignatureTree::kTop);
  for (const NodeId id : node_ids()) {
    if (id == SignatureTree::kTop) {
      continue;
    }
    const SignatureTree::Node& step = steps_.node(id);
    const bool small_above =
        step.parent != SignatureTree::kTop && sizes[step.parent.value()] < least;
    NodeId& in_kept = kept_node_of[id.value()];
    in_kept = kept_node_of[step.parent.value()];
    if (id == kUnreachable || sizes[id.value()] >= least) {
      in_kept = kept.add(in_kept, steps_.label_text(step.label), steps_.label_form(step.label),
                         steps_.type_name(step.type));
    } else if (!small_above) {
      in_kept = kept.add(in_kept, kSmallHolders, LabelForm::kAlone, "");
    }
    kept.count(in_kept, node(id).objects, node(id).size);
  }
  return kept;
}

}  // namespace heapscan::analysis
