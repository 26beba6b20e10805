#include "dump/cpython/objects/library/families.h"

// sqlite3.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"sqlite3.Connection", since(8).until(10), 240, {},
     {{{48, "isolation_level"}, internal(80, "statement_cache"), internal(88, "statements"),
       internal(96, "cursors"), {112, "row_factory"}, {120, "text_factory"},
       internal(128, "trace callback"), internal(136, "progress callback"),
       internal(144, "authorizer"), internal(152, "collations")}}},
    {"sqlite3.Connection", only_in(11), 216, {},
     {{internal(64, "statement_cache"), internal(72, "cursors"), internal(80, "blobs"),
       {96, "row_factory"}, {104, "text_factory"}, behind(112, internal(0, "trace callback")),
       behind(112, internal(8, "trace module")), behind(120, internal(0, "progress callback")),
       behind(120, internal(8, "progress module")), behind(128, internal(0, "authorizer callback")),
       behind(128, internal(8, "authorizer module"))}}},
    {"sqlite3.Connection", since(12), 224, {},
     {{internal(72, "statement_cache"), internal(80, "cursors"), internal(88, "blobs"),
       {104, "row_factory"}, {112, "text_factory"}, behind(120, internal(0, "trace callback")),
       behind(120, internal(8, "trace module")), behind(128, internal(0, "progress callback")),
       behind(128, internal(8, "progress module")), behind(136, internal(0, "authorizer callback")),
       behind(136, internal(8, "authorizer module"))}}},
    {"sqlite3.Cursor", since(8).until(10), 112, {},
     {{{16, "connection"}, {24, "description"}, internal(32, "row_cast_map"), {48, "lastrowid"},
       {64, "row_factory"}, internal(72, "statement"), internal(96, "next_row")}}},
    {"sqlite3.Cursor", since(11), 104, {},
     {{{16, "connection"}, {24, "description"}, internal(32, "row_cast_map"), {48, "lastrowid"},
       {64, "row_factory"}, internal(72, "statement")}}},
    {"sqlite3.Statement", since(8).until(10), 56, {}, {{internal(32, "sql")}}},
    {"sqlite3.Statement", since(11), 32},
    {"sqlite3.Cache", since(8).until(10), 64, {},
     {{internal(24, "mapping"), internal(40, "first")}}},
    {"sqlite3Node", since(8).until(9), 56, {},
     {{internal(16, "key"), internal(24, "data"), internal(48, "next")}}},
    {"sqlite3.Node", only_in(10), 56, {},
     {{internal(16, "key"), internal(24, "data"), internal(48, "next")}}},
    {"sqlite3.Blob", since(11), 48, {}, {{internal(16, "connection")}}},
    {"sqlite3.Row", since(8), 32, {}, {{internal(16, "data"), internal(24, "description")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> sqlite_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
