#include "dump/cpython/graph/reference_writer.h"

#include <algorithm>
#include <limits>

#include "dump/cpython/objects/builtin/code.h"
#include "dump/cpython/objects/builtin/text.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kLongestVariableName = 1000;

std::uint32_t to_position(std::uint64_t position) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(position, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

void ReferenceWriter::set_source(PendingObject source, Address address, const TypeInfo& type) {
  source_ = source;
  variables_.clear();
  if (!type.is_tuple) {
    return;
  }
  const auto closure = found_.code_of_closure.find(address);
  if (closure != found_.code_of_closure.end()) {
    variables_ = CodeReader(reader_, closure->second).free_variables();
  }
}

void ReferenceWriter::named(Address target, const Label& label) {
  if (const PendingObject to = row(target); to.has_value()) {
    add_named(to, label.kind, fixed_name(label.name));
  }
}

void ReferenceWriter::named_by(Address target, ReferenceKind kind, Address name) {
  if (const PendingObject to = row(target); to.has_value()) {
    add_named(to, kind, program_name(name));
  }
}

void ReferenceWriter::placed(Address target, ReferenceKind kind, std::uint64_t position) {
  const PendingObject to = row(target);
  if (!to.has_value()) {
    return;
  }
  if (position < variables_.size()) {
    heap_.add_cell(source_, to, program_name(variables_[position]));
  } else if (kind == ReferenceKind::kItem) {
    heap_.add_item(source_, to, to_position(position));
  } else if (kind == ReferenceKind::kKey) {
    heap_.add_key(source_, to, to_position(position));
  } else {
    heap_.add_conservative(source_, to, to_position(position));
  }
}

void ReferenceWriter::value(Address target, Address key) {
  const PendingObject to = row(target);
  const PendingObject by = row(key);
  if (to.has_value() && by.has_value()) {
    heap_.add_value(source_, to, by);
  }
}

void ReferenceWriter::type(Address target) {
  if (const PendingObject to = row(target); to.has_value()) {
    heap_.add_type_reference(source_, to);
  }
}

void ReferenceWriter::weak(Address target) {
  if (const PendingObject to = row(target); to.has_value()) {
    heap_.add_weak(source_, to, StringId::none());
  }
}

PendingObject ReferenceWriter::row(Address address) const {
  const auto found = found_.objects.row(address);
  return found ? PendingObject(*found) : PendingObject::none();
}

void ReferenceWriter::add_named(PendingObject to, ReferenceKind kind, StringId name) {
  if (kind == ReferenceKind::kAttribute) {
    heap_.add_attribute(source_, to, name);
  } else if (kind == ReferenceKind::kLocal) {
    heap_.add_local(source_, to, name);
  } else if (kind == ReferenceKind::kCell) {
    heap_.add_cell(source_, to, name);
  } else {
    heap_.add_internal(source_, to, name);
  }
}

/// heapscan's own names are few, and equal names have equal addresses.
StringId ReferenceWriter::fixed_name(std::string_view name) {
  const auto found = fixed_names_.find(name.data());
  if (found != fixed_names_.end() && found->second.first == name.size()) {
    return found->second.second;
  }
  const StringId id = heap_.intern(name);
  fixed_names_[name.data()] = {name.size(), id};
  return id;
}

StringId ReferenceWriter::program_name(Address name) {
  const auto [found, added] = program_names_.try_emplace(name, StringId::none());
  if (added) {
    found->second = heap_.intern(read_text(reader_, name, kLongestVariableName));
  }
  return found->second;
}

}  // namespace heapscan::dump::cpython
