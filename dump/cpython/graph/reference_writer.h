#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dump/cpython/graph/found_objects.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/reference_visitor.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/heap_builder.h"

namespace heapscan::dump::cpython {

/// Adds the references that it visits to a HeapBuilder, one object after another.
class ReferenceWriter : public ReferenceVisitor {
 public:
  /// All arguments must outlive the writer.
  ReferenceWriter(const ObjectReader& reader, const FoundObjects& found, HeapBuilder& heap)
      : reader_(reader), found_(found), heap_(heap) {}

  /// The references visited next are those of the object in this row.
  void set_source(PendingObject source, Address address, const TypeInfo& type);

  void named(Address target, const Label& label) override;
  void named_by(Address target, ReferenceKind kind, Address name) override;
  void placed(Address target, ReferenceKind kind, std::uint64_t position) override;
  void value(Address target, Address key) override;
  void type(Address target) override;
  void weak(Address target) override;

 private:
  [[nodiscard]] PendingObject row(Address address) const;
  void add_named(PendingObject to, ReferenceKind kind, StringId name);
  [[nodiscard]] StringId fixed_name(std::string_view name);
  [[nodiscard]] StringId program_name(Address name);

  const ObjectReader& reader_;
  const FoundObjects& found_;
  HeapBuilder& heap_;
  PendingObject source_;
  std::vector<Address> variables_;  // The names of the source's items if it is a closure.
  std::unordered_map<const char*, std::pair<std::size_t, StringId>> fixed_names_;
  std::unordered_map<Address, StringId> program_names_;
};

}  // namespace heapscan::dump::cpython
