#pragma once

#include <cstdint>
#include <string>

#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Addresses, allocation sites, references, roots, objects and paths in words: the same in every
/// output. The strings contain names from the observed program byte for byte: callers must escape
/// them for the output medium before printing. Cost: the length of the result, and for
/// path_signature() a tree of its own.

/// "0x7f31c8d0".
[[nodiscard]] std::string address_text(std::uint64_t address);

/// Where the object was allocated; null if unknown.
[[nodiscard]] const dump::AllocationSite* site_of(const Heap& heap, ObjectId id);

/// "serve (shop/app.py:17)", or "shop/app.py:17" if the runtime does not record functions, with "?"
/// for unknown parts.
[[nodiscard]] std::string site_text(const Heap& heap, const dump::AllocationSite& site);

/// How the source names the target: ".name", "[3]", "['key']", "local name", ".__class__",
/// ".__closure__['name']", "key 'u-17'" for the key itself, "element" of a set, and "[+24]" for a
/// conservative reference. A key is shown by its preview, or by its type if the dump has none.
[[nodiscard]] std::string reference_text(const Heap& heap, Referrer reference);

/// "module shop.cache", "frame MainThread serve() request", "native".
[[nodiscard]] std::string root_text(const Heap& heap, const Root& root);

/// "dict 0x7f31c8 (184 B)", with the value's preview if there is one: "str 'abc' 0x7f31c8 (52 B)".
[[nodiscard]] std::string object_text(const Heap& heap, ObjectId id);

/// The path as one would write it in the program:
/// "module shop.cache > ._SESSIONS > ['u-17'] > Session". The table between an owner and its
/// attribute is not shown. Repeated steps are counted, as in
/// "module jobs > .HEAD > .next x999999 > Job", and a path that is still long is cut in the middle.
[[nodiscard]] std::string path_text(const Heap& heap, const Path& path);

/// The path without what differs from run to run: no addresses, positions, keys of containers or
/// names of threads; a step that repeats (a linked list, a tree) is folded into its first
/// occurrence. "module shop.cache > ._SESSIONS > dict[*] > Session". See
/// analysis/text/signature_tree.h.
[[nodiscard]] std::string path_signature(const Heap& heap, const Path& path);

}  // namespace heapscan::analysis
