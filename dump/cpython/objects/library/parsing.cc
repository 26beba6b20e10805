#include "dump/cpython/objects/library/families.h"

// Types that read and write text: regular expressions, JSON, CSV, codecs, and CPython's own parser.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"re.Pattern", since(8), 96, {},
     {{{32, "groupindex"}, internal(40, "indexgroup"), {48, "pattern"}}}},
    {"re.Match", since(8), 88, {}, {{{24, "string"}, internal(32, "regs"), {40, "re"}}}},
    {"_sre.SRE_Scanner", only_in(8), 232, {},
     {{{16, "pattern"}, internal(56, "string"), internal(72, "buffer")}}},
    {"_sre.SRE_Scanner", since(9).until(12), 240, {},
     {{{16, "pattern"}, internal(56, "string"), internal(72, "buffer")}}},
    {"_sre.SRE_Scanner", only_in(11), 232, {},
     {{{16, "pattern"}, internal(56, "string"), internal(72, "buffer")}}},
    {"_sre.SRE_Scanner", only_in(13), 248, {},
     {{{16, "pattern"}, internal(56, "string"), internal(72, "buffer")}}},
    {"_sre.SRE_Scanner", since(13), 264, {},
     {{{16, "pattern"}, internal(56, "string"), internal(72, "buffer")}}},
    {"_csv.Dialect", since(8), 48, {}, {{{40, "lineterminator"}}}},
    {"_csv.reader", since(8), 88, {},
     {{internal(16, "iterator"), {24, "dialect"}, internal(32, "fields")}}},
    {"_csv.writer", since(8).until(9), 64, {}, {{internal(16, "write"), {24, "dialect"}}}},
    {"_csv.writer", since(10), 72, {},
     {{internal(16, "write"), {24, "dialect"}, internal(64, "error")}}},
    {"_json.Scanner", since(8).until(12), 72, {},
     {{{24, "object_hook"}, {32, "object_pairs_hook"}, {40, "parse_float"}, {48, "parse_int"},
       {56, "parse_constant"}, internal(64, "memo")}}},
    {"_json.Scanner", since(13), 64, {},
     {{{24, "object_hook"}, {32, "object_pairs_hook"}, {40, "parse_float"}, {48, "parse_int"},
       {56, "parse_constant"}}}},
    {"_json.Encoder", since(8), 80, {},
     {{{16, "markers"}, {24, "default"}, {32, "encoder"}, {40, "indent"}, {48, "key_separator"},
       {56, "item_separator"}}}},
    {"MultibyteCodec", since(8).until(9), 24},
    {"MultibyteIncrementalEncoder", since(8).until(9), 48, {},
     {{{32, "errors"}, internal(40, "pending")}}},
    {"MultibyteIncrementalDecoder", since(8).until(9), 56, {}, {{{32, "errors"}}}},
    {"MultibyteStreamReader", since(8).until(9), 64, {}, {{{32, "errors"}, {56, "stream"}}}},
    {"MultibyteStreamWriter", since(8).until(9), 56, {},
     {{{32, "errors"}, internal(40, "pending"), {48, "stream"}}}},
    {"_multibytecodec.MultibyteCodec", since(10).until(11), 24},
    {"_multibytecodec.MultibyteCodec", since(12), 32, {}, {{internal(24, "module")}}},
    {"_multibytecodec.MultibyteIncrementalEncoder", since(10), 48, {},
     {{{32, "errors"}, internal(40, "pending")}}},
    {"_multibytecodec.MultibyteIncrementalDecoder", since(10), 56, {}, {{{32, "errors"}}}},
    {"_multibytecodec.MultibyteStreamReader", since(10), 64, {},
     {{{32, "errors"}, {56, "stream"}}}},
    {"_multibytecodec.MultibyteStreamWriter", since(10), 56, {},
     {{{32, "errors"}, internal(40, "pending"), {48, "stream"}}}},
    {"unicodedata.UCD", since(8), 40},
    {"_ast.AST", only_in(8), 24, {}, {{namespace_dict(16)}}},
    {"ast.AST", since(9), 24, {}, {{namespace_dict(16)}}},
    {"_tokenize.TokenizerIter", only_in(11), 24, {},
     {{behind(16, internal(2328, "filename")), behind(16, internal(2776, "readline")),
       behind(16, internal(2784, "decoding_buffer"))}}},
    {"_tokenize.TokenizerIter", only_in(12), 32, {},
     {{behind(16, internal(2336, "filename")), behind(16, internal(2784, "decoding_readline")),
       behind(16, internal(2792, "decoding_buffer")), behind(16, internal(2800, "readline"))}}},
    {"_tokenize.TokenizerIter", since(13), 64, {},
     {{internal(32, "last_line"), behind(16, internal(2336, "filename")),
       behind(16, internal(2784, "decoding_readline")),
       behind(16, internal(2792, "decoding_buffer")), behind(16, internal(2800, "readline"))}}},
    {"symtable entry", since(8).until(9), 104, {},
     {{{16, "id"}, {24, "symbols"}, {32, "name"}, {40, "varnames"}, {48, "children"},
       internal(56, "directives")}}},
    {"symtable entry", since(10).until(12), 120, {},
     {{{16, "id"}, {24, "symbols"}, {32, "name"}, {40, "varnames"}, {48, "children"},
       internal(56, "directives")}}},
    {"symtable entry", since(13), 144, {},
     {{{16, "id"}, {24, "symbols"}, {32, "name"}, {40, "varnames"}, {48, "children"},
       internal(56, "directives"), internal(64, "mangled_names")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> parsing_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
