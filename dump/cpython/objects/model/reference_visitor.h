#pragma once

#include <cstdint>
#include <string_view>

#include "dump/cpython/target/address.h"
#include "dump/object.h"

namespace heapscan::dump::cpython {

/// The meaning of a reference to heapscan itself, beyond what the dump shows.
enum class Role : std::uint8_t {
  kNone,
  kNamespace,  ///< To the dict of a module, class or instance, whose keys are names in the program.
  kCode,       ///< From a function to its code.
  kClosure,    ///< From a function to the tuple of its cells. Comes after its kCode.
  kName,       ///< To the str that is the object's own name.
};

/// heapscan's name for a reference that is known from the object's type.
struct Label {
  std::string_view name;
  ReferenceKind kind = ReferenceKind::kAttribute;  ///< Or kInternal.
  Role role = Role::kNone;
};

/// The dict of a module, class or instance.
inline constexpr Label kNamespaceLabel = {"__dict__", ReferenceKind::kAttribute, Role::kNamespace};

/// Receives each reference that a walk finds in an object. Targets are never null; nothing else is
/// guaranteed.
class ReferenceVisitor {
 public:
  ReferenceVisitor() = default;
  ReferenceVisitor(const ReferenceVisitor&) = delete;
  ReferenceVisitor& operator=(const ReferenceVisitor&) = delete;
  ReferenceVisitor(ReferenceVisitor&&) = delete;
  ReferenceVisitor& operator=(ReferenceVisitor&&) = delete;
  virtual ~ReferenceVisitor() = default;

  /// kAttribute or kInternal, by a name that heapscan knows.
  virtual void named(Address target, const Label& label) = 0;
  /// kAttribute, kLocal or kCell, by a name that is a str object of the program.
  virtual void named_by(Address target, ReferenceKind kind, Address name) = 0;
  /// kItem, kKey or kConservative, by position.
  virtual void placed(Address target, ReferenceKind kind, std::uint64_t position) = 0;
  /// kValue, by the object that is the key.
  virtual void value(Address target, Address key) = 0;
  /// kType.
  virtual void type(Address target) = 0;
  virtual void weak(Address target) = 0;

  /// In a frame, a pointer that is not counted because another reference counts for it: a variable
  /// with the name `name`, a str object of the program, or if that is null, a value on the
  /// evaluation stack.
  virtual void borrowed(Address /*target*/, Address /*name*/) {}
};

}  // namespace heapscan::dump::cpython
