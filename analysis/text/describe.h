#pragma once

#include <cstdint>
#include <string>

#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Texts for addresses, allocation sites, references, roots and paths: the same in every output.
/// They contain names of the observed program byte for byte: whoever prints them makes them
/// harmless for their medium first.

/// "0x7f31c8d0".
[[nodiscard]] std::string address_text(std::uint64_t address);

/// Where the object was allocated; null when the dump does not know.
[[nodiscard]] const dump::AllocationSite* site_of(const Heap& heap, ObjectId id);

/// "serve (shop/app.py:17)", or "shop/app.py:17" where the runtime does not record functions, with
/// "?" for what is not known.
[[nodiscard]] std::string site_text(const Heap& heap, const dump::AllocationSite& site);

/// How the source names the target: ".name", "[3]", "['key']", "local name", ".__class__",
/// ".__closure__['name']", "key 'u-17'" for the key itself, "element" of a set, and "[+24]" for an
/// address found by scanning. A key is shown by its preview, or by its type when the dump has none.
[[nodiscard]] std::string reference_text(const Heap& heap, Referrer reference);

/// "module shop.cache", "frame MainThread serve() request", "native".
[[nodiscard]] std::string root_text(const Heap& heap, const Root& root);

/// "dict 0x7f31c8 (184 B)", with the value's preview when there is one: "str 'abc' 0x7f31c8 (52
/// B)".
[[nodiscard]] std::string object_text(const Heap& heap, ObjectId id);

/// The path as one would write it in the program:
/// "module shop.cache > ._SESSIONS > ['u-17'] > Session". The dict of a module, class or instance
/// is not shown between the owner and its attribute. Steps that repeat are counted, as in
/// "module jobs > .HEAD > .next x999999 > Job", and a path that is still long is cut in its middle.
[[nodiscard]] std::string path_text(const Heap& heap, const Path& path);

/// The path without what differs from run to run: no addresses, positions, keys of containers or
/// thread names; a step that repeats (a linked list, a tree) is folded into its first occurrence.
/// "module shop.cache > ._SESSIONS > dict[*] > Session". See analysis/signature_tree.h.
[[nodiscard]] std::string path_signature(const Heap& heap, const Path& path);

}  // namespace heapscan::analysis
