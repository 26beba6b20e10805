#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/walking.h"

// datetime and zoneinfo.
namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kHasTimeZone = 24;

/// The pointer exists only in objects allocated with space for it.
void walk_date_time(const WalkContext& context,
                    Address object,
                    const TypeInfo& type,
                    ReferenceVisitor& visitor) {
  if (context.reader.read_or<std::uint8_t>(object + kHasTimeZone, 0) != 0) {
    visit_pointer(context.reader, object + type.layout->basic_size - 8, {"tzinfo"}, visitor);
  }
}

constexpr TypeTraits kDateTime = {.walk = walk_date_time};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"datetime.datetime", since(8), 48, kDateTime},
    {"datetime.time", since(8), 40, kDateTime},
    {"datetime.date", since(8), 32},
    {"datetime.timedelta", since(8), 40},
    {"datetime.timezone", since(8), 32, {}, {{internal(16, "offset"), internal(24, "name")}}},
    {"zoneinfo.ZoneInfo", since(9), 208, {},
     {{{16, "key"}, internal(24, "file_repr"), internal(96, "std utcoffset"),
       internal(104, "std dst"), internal(112, "std tzname"), internal(128, "dst utcoffset"),
       internal(136, "dst dst"), internal(144, "dst tzname")}},
     {.pointer = 192, .count = 48, .stride = 32, .words = 3}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> datetime_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
