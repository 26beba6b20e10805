#include <algorithm>

#include "dump/cpython/interpreter_reader.h"

// What an interpreter holds in tables of its own making.
namespace heapscan::dump::cpython {
namespace {

// struct type_cache_entry: {unsigned version; PyObject* name; PyObject* value (borrowed)}.
constexpr std::uint64_t kMethodCacheRow = 24;
constexpr std::uint64_t kMethodCacheName = 8;

/// More than any program has: a damaged count.
constexpr std::uint64_t kMostIdentifiers = 1U << 20U;
constexpr std::uint32_t kMostCallbacks = 1U << 20U;

}  // namespace

void InterpreterReader::add_cache_roots(std::uint64_t interpreter,
                                        std::vector<FoundRoot>& roots) const {
  const Layout::Interpreter& fields = reader_.layout().interpreter;
  const auto add = [&](std::uint64_t place, const char* label) {
    if (const std::uint64_t object = reader_.pointer(place); object != 0) {
      roots.push_back({object, RootKind::kInterpreter, label, true, false});
    }
  };
  if (fields.identifiers != 0) {
    const std::uint64_t count = reader_.pointer(interpreter + fields.identifiers);
    const std::uint64_t array = reader_.pointer(interpreter + fields.identifiers + 8);
    for (std::uint64_t row = 0; array != 0 && row < std::min(count, kMostIdentifiers); ++row) {
      add(array + row * 8, "identifiers");
    }
  }
  for (std::uint64_t place = fields.syntax_tree_begin; place < fields.syntax_tree_end; place += 8) {
    add(interpreter + place, "syntax tree types");
  }
  for (std::uint64_t row = 0; row < fields.method_cache_rows; ++row) {
    add(interpreter + fields.method_cache + row * kMethodCacheRow + kMethodCacheName,
        "method cache");
  }
}

/// The callbacks of module atexit: each a structure {PyObject* function, *arguments, *keywords}.
void InterpreterReader::add_exit_callbacks(std::uint64_t interpreter,
                                           std::vector<FoundRoot>& roots) const {
  const std::uint64_t offset = reader_.layout().interpreter.exit_callbacks;
  if (offset == 0) {
    return;
  }
  const std::uint64_t callbacks = reader_.pointer(interpreter + offset);
  const auto count = reader_.read_or<std::uint32_t>(interpreter + offset + 8, 0);
  for (std::uint32_t row = 0; callbacks != 0 && row < std::min(count, kMostCallbacks); ++row) {
    const std::uint64_t callback = reader_.pointer(callbacks + std::uint64_t{row} * 8);
    for (std::uint64_t word = 0; callback != 0 && word < 3; ++word) {
      if (const std::uint64_t object = reader_.pointer(callback + word * 8); object != 0) {
        roots.push_back({object, RootKind::kInterpreter, "atexit", true, false});
      }
    }
  }
}

}  // namespace heapscan::dump::cpython
