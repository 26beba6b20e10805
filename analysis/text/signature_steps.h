#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// "module shop.cache", "frame serve() request", "thread exc_info", "native": a root without the
/// name of its thread.
[[nodiscard]] std::string root_signature(const Heap& heap, const Root& root);

/// Takes the references of one heap as steps of a signature tree: positions, keys of containers and
/// names of threads fall away, and an attribute is a step of its owner, not of the dict between.
///
/// The heap and the tree must outlive it. Cost of a step: two or three look-ups in tables whose
/// size is the number of different names and signatures.
class SignatureSteps {
 public:
  SignatureSteps(const Heap& heap, SignatureTree& tree);

  /// The node of the root's own object.
  std::uint32_t enter(const Root& root);

  /// The node of the reference's target. Requires: the reference's source is at `node`.
  std::uint32_t follow(std::uint32_t node, Referrer reference);

  /// The node of the key by which a mapping holds a value. Requires: the value is at `node`.
  std::uint32_t follow_to_key(std::uint32_t node, ObjectId key);

  /// The number of the object's type in the tree.
  std::uint32_t type_of(ObjectId id);

  /// The number of the reference's label in the tree: its name, or "[*]" and the like.
  std::uint32_t label_of(Referrer reference);

  /// The label ".name" for an entry of an attribute dict that is an attribute; nothing for other
  /// references.
  std::optional<std::uint32_t> attribute_label(const dump::Reference& step);

 private:
  std::uint32_t globals_label(const dump::Reference& step);

  const Heap& heap_;
  SignatureTree& tree_;
  std::vector<std::uint32_t> types_;  // For each type of the heap, its number in the tree.
  // Numbers of labels, by what they are made from: see the .cc.
  std::unordered_map<std::uint64_t, std::uint32_t> labels_;
  std::uint32_t element_;     // The label "[*]".
  std::uint32_t unknown_;     // The label "[?]".
  std::uint32_t key_;         // The label " key".
  std::uint32_t key_of_;      // The label "key of ".
  std::uint32_t attributes_;  // The label ".__dict__".
  std::uint32_t globals_;     // The label ".__globals__".
  std::uint32_t dict_;        // The type dict.
  std::uint32_t no_type_;     // Of a module that is named by its root.
};

}  // namespace heapscan::analysis
