#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/runtimes/heap_types.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// "module shop.cache", "frame serve() request", "thread exc_info", "native": a root without the
/// name of its thread or the number of its interpreter.
[[nodiscard]] std::string root_signature(const Heap& heap, const Root& root);

/// Turns the references of one heap into steps of a signature tree: positions, keys of containers
/// and names of threads are dropped, and an attribute is a step from its owner, not from the table
/// of attributes between them.
///
/// The heap and the tree must outlive it. Cost of a step: two or three look-ups in tables whose
/// size is the number of different names and signatures.
class SignatureSteps {
 public:
  SignatureSteps(const Heap& heap, SignatureTree& tree);

  /// The node of the root's own object.
  NodeId enter(const Root& root);

  /// The node of the reference's target. Requires: the reference's source is at `node`.
  NodeId follow(NodeId node, Referrer reference);

  /// The node of the key by which a mapping holds a value. Requires: the value is at `node`.
  NodeId follow_to_key(NodeId node, ObjectId key);

  /// The object's type in the tree.
  TypeNameId type_of(ObjectId id);

  /// The reference's label in the tree: its name, or "[*]" and the like.
  LabelId label_of(Referrer reference);

  /// The label ".name" for an entry of an attribute table that is an attribute; none for other
  /// references.
  LabelId attribute_label(const dump::Reference& step);

  /// The label of the reference to an attribute table, or none if the runtime has no such tables,
  /// and the type of these tables.
  [[nodiscard]] LabelId attribute_table_label() const { return attributes_; }

  [[nodiscard]] TypeNameId attribute_table_type() const { return table_type_; }

 private:
  LabelId globals_label(const dump::Reference& step);

  const Heap& heap_;
  SignatureTree& tree_;
  HeapTypes heap_types_;
  std::vector<TypeNameId> types_;  // By type of the heap; none if it was not requested.
  // Labels by what they are made from: see the .cc.
  std::unordered_map<std::uint64_t, LabelId> labels_;
  LabelId element_;        // "[*]".
  LabelId conservative_;   // "[?]".
  LabelId key_;            // " key".
  LabelId key_of_;         // "key of ".
  LabelId cell_content_;   // ".cell_contents".
  LabelId attributes_;     // ".__dict__", or none.
  LabelId globals_;        // ".__globals__", or none.
  TypeNameId table_type_;  // The type dict, or none.
  TypeNameId no_type_;     // Of a module that its root names.
};

}  // namespace heapscan::analysis
