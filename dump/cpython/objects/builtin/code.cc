#include "dump/cpython/objects/builtin/code.h"

#include <algorithm>

#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/sizes.h"
#include "dump/cpython/objects/model/walking.h"

// Code objects: their references, size and contents, and the three forms of their line tables.
namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kLongestPath = 4096;
/// Code with more variables than this is damaged.
constexpr std::uint64_t kMostNamed = 4096;
constexpr std::uint64_t kLargestTable = std::uint64_t{1} << 24U;

// Codes of an entry of a table of locations.
constexpr unsigned kOneLineFirst = 10;
constexpr unsigned kOneLineLast = 12;
constexpr unsigned kNoColumns = 13;
constexpr unsigned kLong = 14;
constexpr unsigned kNone = 15;

/// Reads the bytes of a table one by one; zeros beyond its end.
class TableCursor {
 public:
  TableCursor(const std::byte* data, std::uint64_t size) : data_(data), size_(size) {}

  [[nodiscard]] bool at_end() const { return at_ >= size_; }

  unsigned next() { return at_ < size_ ? std::to_integer<unsigned>(data_[at_++]) : 0; }

  /// Six bits per byte, lowest first; bit 6 indicates that more follow.
  std::uint64_t next_number() {
    std::uint64_t number = 0;
    unsigned shift = 0;
    unsigned byte = 0;
    do {
      byte = next();
      number |= std::uint64_t{byte & 63U} << std::min(shift, 58U);
      shift += 6;
    } while ((byte & 64U) != 0 && !at_end());
    return number;
  }

  /// The lowest bit is the sign.
  std::int64_t next_signed() {
    const std::uint64_t number = next_number();
    const auto magnitude = static_cast<std::int64_t>(number >> 1U);
    return (number & 1U) != 0 ? -magnitude : magnitude;
  }

  void skip(unsigned bytes) { at_ += bytes; }

 private:
  const std::byte* data_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
};

/// Reads the rest of an entry with this code; returns by how much it changes the line.
std::int64_t line_step(TableCursor& table, unsigned code) {
  if (code == kNone) {
    return 0;
  }
  if (code == kLong) {
    const std::int64_t step = table.next_signed();
    table.next_number();  // end line
    table.next_number();  // column
    table.next_number();  // end column
    return step;
  }
  if (code == kNoColumns) {
    return table.next_signed();
  }
  if (code >= kOneLineFirst && code <= kOneLineLast) {
    table.skip(2);
    return static_cast<std::int64_t>(code) - kOneLineFirst;
  }
  table.skip(1);
  return 0;
}

std::uint32_t to_line(std::int64_t line) {
  return line > 0 ? static_cast<std::uint32_t>(line) : 0;
}

/// Objects/lnotab_notes.txt until 3.9: increments of the address, and of the line from there on.
std::uint32_t line_in_steps(TableCursor table, std::int64_t line, std::uint64_t wanted) {
  std::uint64_t at = 0;
  while (!table.at_end()) {
    at += table.next();
    if (at > wanted) {
      break;
    }
    line += static_cast<std::int8_t>(table.next());
  }
  return to_line(line);
}

/// Objects/lnotab_notes.txt of 3.10: the size of a range, and the line increment to it.
std::uint32_t line_in_ranges(TableCursor table, std::int64_t line, std::uint64_t wanted) {
  constexpr std::int8_t kNoLine = -128;
  std::uint64_t end = 0;
  while (!table.at_end()) {
    end += table.next();
    const auto step = static_cast<std::int8_t>(table.next());
    line += step == kNoLine ? 0 : step;
    if (wanted < end) {
      return step == kNoLine ? 0 : to_line(line);
    }
  }
  return 0;
}

/// Objects/locations.md since 3.11, in units of two bytes.
std::uint32_t line_in_locations(TableCursor table, std::int64_t line, std::uint64_t wanted) {
  std::uint64_t unit = 0;
  while (!table.at_end()) {
    const unsigned start = table.next();
    const unsigned code = (start >> 3U) & 15U;
    line += line_step(table, code);
    unit += (start & 7U) + 1;
    if (wanted / 2 < unit) {
      return code == kNone ? 0 : to_line(line);
    }
  }
  return 0;
}

/// Since 3.12, objects requested by Python code are cached in a separate structure.
void walk_code(const WalkContext& context,
               Address code,
               const TypeInfo& /*type*/,
               ReferenceVisitor& visitor) {
  constexpr std::string_view kNames[] = {"co_code", "co_varnames", "co_cellvars", "co_freevars"};
  const std::uint64_t field = context.reader.layout().code.cached;
  const Address cached = field == 0 ? Address{} : context.reader.pointer(code + field);
  for (std::uint64_t place = 0; cached && place < std::size(kNames); ++place) {
    visit_pointer(context.reader, cached + place * 8, {kNames[place]}, visitor);
  }
}

/// In versions that store the instructions in a bytes object: memory outside the code object that
/// is allocated on demand, namely a word for each cell, and caches that make instructions faster.
std::uint64_t code_tables_size(const ObjectReader& reader, Address code) {
  constexpr std::uint64_t kInstructionSize = 2;
  const Layout::Code& layout = reader.layout().code;
  std::uint64_t size = 0;
  if (reader.pointer(code + layout.cell_arguments)) {
    size += tuple_length(reader, code + layout.cell_names) * 8;
  }
  if (reader.pointer(code + layout.opcode_cache)) {
    size += tuple_length(reader, code + layout.bytecode) / kInstructionSize;
    size += std::uint64_t{reader.read_or<std::uint8_t>(code + layout.opcode_cache_count, 0)} *
            layout.opcode_cache_entry_size;
  }
  return size;
}

std::uint64_t code_size(const ObjectReader& reader, Address code, const TypeInfo& type) {
  std::uint64_t size = (basic_size(reader, code, type) + 7) / 8 * 8;
  if (reader.layout().code.bytecode != 0) {
    size += code_tables_size(reader, code);
  }
  if (const Address extra = reader.pointer(code + reader.layout().code.extra); extra) {
    size += 16 + (reader.word(extra) - 1) * 8;  // {size, first item}, then the others
  }
  return size;
}

std::string code_name(const ObjectReader& reader, Address code, const TypeInfo& /*type*/) {
  return CodeReader(reader, code).qualname(kLongestNamePreview);
}

constexpr TypeTraits kCode = {.walk = walk_code, .size = code_size, .name = code_name};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"code", since(8).until(9), 176, kCode,
     {{{48, "co_code"}, {56, "co_consts"}, {64, "co_names"}, {72, "co_varnames"},
       {80, "co_freevars"}, {88, "co_cellvars"}, {104, "co_filename"}, {112, "co_name"},
       {120, "co_lnotab"}}}},
    {"code", only_in(10), 176, kCode,
     {{{48, "co_code"}, {56, "co_consts"}, {64, "co_names"}, {72, "co_varnames"},
       {80, "co_freevars"}, {88, "co_cellvars"}, {104, "co_filename"}, {112, "co_name"},
       {120, "co_linetable"}}}},
    {"code", only_in(11), 184, kCode,
     {{{24, "co_consts"}, {32, "co_names"}, {40, "co_exceptiontable"},
       internal(96, "co_localsplusnames"), internal(104, "co_localspluskinds"),
       {112, "co_filename"}, {120, "co_name"}, {128, "co_qualname"}, {136, "co_linetable"},
       {152, "co_code"}}}},
    {"code", only_in(12), 192, kCode,
     {{{24, "co_consts"}, {32, "co_names"}, {40, "co_exceptiontable"},
       internal(96, "co_localsplusnames"), internal(104, "co_localspluskinds"),
       {112, "co_filename"}, {120, "co_name"}, {128, "co_qualname"}, {136, "co_linetable"}}}},
    {"code", only_in(13), 200, kCode,
     {{{24, "co_consts"}, {32, "co_names"}, {40, "co_exceptiontable"},
       internal(96, "co_localsplusnames"), internal(104, "co_localspluskinds"),
       {112, "co_filename"}, {120, "co_name"}, {128, "co_qualname"}, {136, "co_linetable"}}}},
    {"code", since(14), 208, kCode,
     {{{24, "co_consts"}, {32, "co_names"}, {40, "co_exceptiontable"},
       internal(96, "co_localsplusnames"), internal(104, "co_localspluskinds"),
       {112, "co_filename"}, {120, "co_name"}, {128, "co_qualname"}, {136, "co_linetable"}}}},
    {"line_iterator", only_in(10), 72, {}, {{internal(16, "code")}}},
    {"line_iterator", since(11), 64, {}, {{internal(16, "code")}}},
    {"positions_iterator", since(11), 80, {}, {{internal(16, "code")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> code_layouts() {
  return kLayouts;
}

std::string CodeReader::qualname(std::size_t limit) const {
  return read_text(reader_, reader_.pointer(address_ + reader_.layout().code.qualname), limit);
}

std::string CodeReader::file() const {
  return read_text(reader_, reader_.pointer(address_ + reader_.layout().code.file_name),
                   kLongestPath);
}

std::vector<Address> CodeReader::free_variables() const {
  const Layout::Code& layout = reader_.layout().code;
  const bool one_list = layout.locals_plus_names != 0;
  const Address names =
      reader_.pointer(address_ + (one_list ? layout.locals_plus_names : layout.free_names));
  const Address kinds = one_list ? reader_.pointer(address_ + layout.locals_plus_kinds) : Address{};
  const auto count = reader_.read_or<std::uint64_t>(names + offset::kSize, 0);
  std::vector<Address> found;
  if (!names || count > kMostNamed) {
    return found;
  }
  for (std::uint64_t place = 0; place < count; ++place) {
    const auto kind = one_list
                          ? reader_.read_or<std::uint8_t>(kinds + offset::kBytesText + place, 0)
                          : kFreeVariable;
    if ((kind & kFreeVariable) != 0) {
      found.push_back(reader_.pointer(names + reader_.layout().tuple.items + place * 8));
    }
  }
  return found;
}

Address CodeReader::first_instruction() const {
  const Layout::Code& layout = reader_.layout().code;
  return layout.instructions != 0
             ? address_ + layout.instructions
             : reader_.pointer(address_ + layout.bytecode) + offset::kBytesText;
}

std::uint32_t CodeReader::first_line() const {
  return to_line(reader_.read_or<std::int32_t>(address_ + reader_.layout().code.first_line, 0));
}

std::uint32_t CodeReader::line(Address instruction) const {
  const Address first = first_instruction();
  const Address table = reader_.pointer(address_ + reader_.layout().code.line_table);
  const std::uint64_t size = std::min(reader_.word(table + offset::kSize), kLargestTable);
  const std::byte* const data = reader_.bytes(table + offset::kBytesText, size);
  if (!table || data == nullptr || instruction < first) {
    return first_line();
  }
  TableCursor cursor(data, size);
  switch (reader_.layout().code.line_table_form) {
    case LineTableForm::kSteps:
      return line_in_steps(cursor, first_line(), instruction - first);
    case LineTableForm::kRanges:
      return line_in_ranges(cursor, first_line(), instruction - first);
    case LineTableForm::kLocations:
      return line_in_locations(cursor, first_line(), instruction - first);
  }
  return 0;
}

}  // namespace heapscan::dump::cpython
