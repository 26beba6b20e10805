#include "dump/cpython/objects/builtin/families.h"

// Exceptions. A class of the program that adds nothing to its base has the base's layout.
namespace heapscan::dump::cpython {
namespace {

constexpr Fields kException10 = {{namespace_dict(16),
                                  {24, "args"},
                                  {32, "__traceback__"},
                                  {40, "__context__"},
                                  {48, "__cause__"}}};
/// Since 3.11.
constexpr Fields kException = {{namespace_dict(16),
                                {24, "args"},
                                {32, "__notes__"},
                                {40, "__traceback__"},
                                {48, "__context__"},
                                {56, "__cause__"}}};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"BaseException", since(8).until(10), 64, {}, kException10},
    {"BaseException", since(11), 72, {}, kException},
    {"AttributeError", only_in(10), 80, {},
     extend(kException10, {{64, "obj"}, {72, "name"}})},
    {"AttributeError", since(11), 88, {}, extend(kException, {{72, "obj"}, {80, "name"}})},
    {"BaseExceptionGroup", since(11), 88, {},
     extend(kException, {{72, "message"}, {80, "exceptions"}})},
    {"BaseExceptionGroup", since(13), 96, {},
     extend(kException, {{72, "message"}, {80, "exceptions"}, internal(88, "exceptions_text")})},
    {"ImportError", since(8).until(10), 88, {},
     extend(kException10, {{64, "msg"}, {72, "name"}, {80, "path"}})},
    {"ImportError", only_in(11), 96, {},
     extend(kException, {{72, "msg"}, {80, "name"}, {88, "path"}})},
    {"ImportError", since(12), 104, {},
     extend(kException, {{72, "msg"}, {80, "name"}, {88, "path"}, {96, "name_from"}})},
    {"NameError", only_in(10), 72, {}, extend(kException10, {{64, "name"}})},
    {"NameError", since(11), 80, {}, extend(kException, {{72, "name"}})},
    {"OSError", since(8).until(10), 104, {},
     extend(kException10, {{64, "errno"}, {72, "strerror"}, {80, "filename"}, {88, "filename2"}})},
    {"OSError", since(11), 112, {},
     extend(kException, {{72, "errno"}, {80, "strerror"}, {88, "filename"}, {96, "filename2"}})},
    {"StopIteration", since(8).until(10), 72, {}, extend(kException10, {{64, "value"}})},
    {"StopIteration", since(11), 80, {}, extend(kException, {{72, "value"}})},
    {"SyntaxError", since(8).until(9), 112, {},
     extend(kException10, {{64, "msg"}, {72, "filename"}, {80, "lineno"}, {88, "offset"},
                           {96, "text"}, {104, "print_file_and_line"}})},
    {"SyntaxError", only_in(10), 128, {},
     extend(kException10, {{64, "msg"}, {72, "filename"}, {80, "lineno"}, {88, "offset"},
                           {96, "end_lineno"}, {104, "end_offset"}, {112, "text"},
                           {120, "print_file_and_line"}})},
    {"SyntaxError", since(11).until(13), 136, {},
     extend(kException, {{72, "msg"}, {80, "filename"}, {88, "lineno"}, {96, "offset"},
                         {104, "end_lineno"}, {112, "end_offset"}, {120, "text"},
                         {128, "print_file_and_line"}})},
    {"SyntaxError", since(14), 144, {},
     extend(kException, {{72, "msg"}, {80, "filename"}, {88, "lineno"}, {96, "offset"},
                         {104, "end_lineno"}, {112, "end_offset"}, {120, "text"},
                         {128, "print_file_and_line"}, internal(136, "metadata")})},
    {"SystemExit", since(8).until(10), 72, {}, extend(kException10, {{64, "code"}})},
    {"SystemExit", since(11), 80, {}, extend(kException, {{72, "code"}})},
    {"UnicodeEncodeError", since(8).until(10), 104, {},
     extend(kException10, {{64, "encoding"}, {72, "object"}, {96, "reason"}})},
    {"UnicodeEncodeError", since(11), 112, {},
     extend(kException, {{72, "encoding"}, {80, "object"}, {104, "reason"}})},
    {"UnicodeDecodeError", since(8).until(10), 104, {},
     extend(kException10, {{64, "encoding"}, {72, "object"}, {96, "reason"}})},
    {"UnicodeDecodeError", since(11), 112, {},
     extend(kException, {{72, "encoding"}, {80, "object"}, {104, "reason"}})},
    {"UnicodeTranslateError", since(8).until(10), 104, {},
     extend(kException10, {{64, "encoding"}, {72, "object"}, {96, "reason"}})},
    {"UnicodeTranslateError", since(11), 112, {},
     extend(kException, {{72, "encoding"}, {80, "object"}, {104, "reason"}})},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> exception_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
