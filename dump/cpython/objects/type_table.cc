#include "dump/cpython/objects/type_table.h"

#include <algorithm>
#include <utility>

#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/builtin/types.h"
#include "dump/cpython/objects/model/object_header.h"

namespace heapscan::dump::cpython {
namespace {

// Bits of tp_flags. The first two exist only since 3.13 and 3.12.
constexpr std::uint64_t kInlineValues = std::uint64_t{1} << 2U;
constexpr std::uint64_t kManagedWeakReferences = std::uint64_t{1} << 3U;
constexpr std::uint64_t kManagedDict = std::uint64_t{1} << 4U;
constexpr std::uint64_t kHaveGc = std::uint64_t{1} << 14U;
constexpr std::uint64_t kTypeSubclass = std::uint64_t{1} << 31U;

// Types of a PyMemberDef that hold a counted reference.
constexpr std::uint32_t kMemberObject = 6;
constexpr std::uint32_t kMemberObjectEx = 16;

constexpr std::size_t kLongestTypeName = 1000;
/// More bases or metatypes than a class can reasonably have: a loop in damaged memory.
constexpr int kDeepestChain = 200;

}  // namespace

const TypeInfo* TypeTable::find(Address address) {
  CacheLine& line = cache_[(address.value() >> 4U) % cache_.size()];
  if (line.address == address && address) {
    return line.type;
  }
  auto found = by_address_.find(address);
  if (found == by_address_.end()) {
    const TypeInfo* type = nullptr;
    if (is_type(address)) {
      types_.push_back(describe(address));
      types_.back()->row = static_cast<std::uint32_t>(types_.size() - 1);
      type = types_.back().get();
    }
    found = by_address_.emplace(address, type).first;
  }
  line = {address, found->second};
  return found->second;
}

bool TypeTable::is_type(Address address) const {
  const std::uint64_t basic_size = reader_.word(address + offset::kTypeBasicSize);
  if (!is_aligned(address, 8) || basic_size < 16 || basic_size > (1U << 24U) ||
      reader_.bytes(address, reader_.layout().type.size) == nullptr) {
    return false;
  }
  Address type = address;
  for (int step = 0; step < kDeepestChain; ++step) {
    const Address metatype = reader_.pointer(type + offset::kType);
    const std::uint64_t flags = reader_.word(metatype + offset::kTypeFlags);
    if (!is_aligned(metatype, 8) || (flags & kTypeSubclass) == 0) {
      return false;
    }
    if (metatype == type) {
      return true;
    }
    type = metatype;
  }
  return false;
}

/// A class statement points tp_name into the str that is the class's name; C code uses a string of
/// its own.
bool TypeTable::is_python_class(Address address) const {
  if (!is_heap_type(reader_, address)) {
    return false;
  }
  const Address name = reader_.pointer(address + offset::kTypeName);
  const Address name_object = reader_.pointer(address + reader_.layout().type.heap_name);
  return name && name == utf8_address(reader_, name_object);
}

std::string TypeTable::display_name(Address address, bool python_class) const {
  if (!python_class) {
    return reader_.text(reader_.pointer(address + offset::kTypeName), kLongestTypeName);
  }
  const std::string qualname = read_text(
      reader_, reader_.pointer(address + reader_.layout().type.heap_qualname), kLongestTypeName);
  const Address module = find_in_dict(reader_, type_dict(reader_, address), "__module__");
  const std::string module_name = read_text(reader_, module, kLongestTypeName);
  return module_name.empty() || module_name == "builtins" ? qualname : module_name + "." + qualname;
}

std::unique_ptr<TypeInfo> TypeTable::describe(Address address) const {
  auto info = std::make_unique<TypeInfo>();
  const std::uint64_t flags = reader_.word(address + offset::kTypeFlags);
  info->address = address;
  info->python_class = is_python_class(address);
  info->name = display_name(address, info->python_class);
  info->basic_size = reader_.word(address + offset::kTypeBasicSize);
  info->item_size = reader_.word(address + offset::kTypeItemSize);
  info->dict_offset = reader_.read_or<std::int64_t>(address + offset::kTypeDictOffset, 0);
  info->weaklist_offset = reader_.read_or<std::int64_t>(address + offset::kTypeWeakListOffset, 0);
  info->heap_type = is_heap_type(reader_, address);
  info->has_gc = (flags & kHaveGc) != 0;
  const InstanceForm form = reader_.layout().instances;
  info->managed_dict = form != InstanceForm::kOwnDict && (flags & kManagedDict) != 0;
  const bool holds_values =
      form == InstanceForm::kInlineValues || form == InstanceForm::kValuesUntilDict;
  info->inline_values = holds_values && (flags & kInlineValues) != 0;
  info->has_managed_header =
      info->managed_dict || ((form == InstanceForm::kTaggedWord || holds_values) &&
                             (flags & kManagedWeakReferences) != 0);
  info->is_type = (flags & kTypeSubclass) != 0;
  if (info->heap_type && info->managed_dict) {
    info->cached_keys = reader_.pointer(address + reader_.layout().type.heap_cached_keys);
  }
  describe_memory(*info);
  return info;
}

/// Walks up the bases: classes of the program add slots and a dict, the first known type written in
/// C determines the rest, and what unknown C types in between add will be scanned.
void TypeTable::describe_memory(TypeInfo& info) const {
  Address type = info.address;
  std::uint64_t lowest_c_end = 0;  // Where the memory of C types ends.
  Address finalizer;               // Of the lowest class of the program.
  bool in_classes = true;
  for (int step = 0; step < kDeepestChain && type && info.layout == nullptr; ++step) {
    const std::uint64_t basic_size = reader_.word(type + offset::kTypeBasicSize);
    if (in_classes && is_python_class(type)) {
      finalizer = step == 0 ? reader_.pointer(type + offset::kTypeFinalize) : finalizer;
      add_slots(type, info);
    } else {
      if (in_classes) {
        in_classes = false;
        lowest_c_end = basic_size;
        // A class without __del__ inherits the finalizer of its base.
        info.has_finalizer =
            finalizer && finalizer != reader_.pointer(type + offset::kTypeFinalize);
        const std::uint64_t base_dict = reader_.word(type + offset::kTypeDictOffset);
        info.reads_dict =
            info.dict_offset != 0 && static_cast<std::uint64_t>(info.dict_offset) != base_dict;
      }
      info.layout = layouts_.find(
          reader_.text(reader_.pointer(type + offset::kTypeName), kLongestTypeName), basic_size);
    }
    type = reader_.pointer(type + offset::kTypeBase);
  }
  if (info.layout == nullptr) {
    info.layout = layouts_.find("object", 16);
  }
  info.scan_begin = info.layout->basic_size;
  info.scan_end = lowest_c_end;
  if (info.layout->traits.describe != nullptr) {
    info.layout->traits.describe(reader_, info);
  }
  if (info.scan_end > info.scan_begin) {
    info.reads_dict =
        info.reads_dict || (info.dict_offset >= static_cast<std::int64_t>(info.scan_begin));
  } else {
    info.scan_begin = 0;
    info.scan_end = 0;
  }
}

/// The reference slots among the member descriptors of a class of the program. Those of types
/// written in C may be borrowed.
void TypeTable::add_slots(Address type, TypeInfo& info) const {
  Address member = reader_.pointer(type + offset::kTypeMembers);
  for (; member; member += offset::kMemberDefSize) {
    const Address name = reader_.pointer(member + offset::kMemberName);
    if (!name) {
      return;
    }
    const auto kind = reader_.read_or<std::uint32_t>(member + offset::kMemberType, 0);
    const std::uint64_t place = reader_.word(member + offset::kMemberOffset);
    if ((kind == kMemberObject || kind == kMemberObjectEx) && place >= offset::kSize &&
        place + 8 <= info.basic_size) {
      info.slots.push_back({place, reader_.text(name, kLongestTypeName)});
    }
  }
}

}  // namespace heapscan::dump::cpython
