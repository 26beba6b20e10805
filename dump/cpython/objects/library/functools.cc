#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/walking.h"

// functools and operator.
namespace heapscan::dump::cpython {
namespace {

// lru_cache_object and its list elements.
constexpr std::uint64_t kLruCacheDict = 72;
constexpr std::uint64_t kLruNext = 24;

/// A ring of links through the cache object itself; each link has one reference for its place in
/// the ring and another in the cache's dict. The dict's size bounds the walk of a damaged ring.
void walk_lru_cache(const WalkContext& context,
                    Address cache,
                    const TypeInfo& /*type*/,
                    ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const Address dict = reader.pointer(cache + kLruCacheDict);
  const std::uint64_t most = reader.word(dict + offset::kSize);
  Address link = reader.pointer(cache + kLruNext);
  for (std::uint64_t step = 0; link && link != cache && step < most; ++step) {
    visitor.placed(link, ReferenceKind::kItem, step);
    link = reader.pointer(link + kLruNext);
  }
}

constexpr TypeTraits kLruCache = {.walk = walk_lru_cache};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"functools.partial", since(8).until(13), 64, {},
     {{{16, "func"}, {24, "args"}, {32, "keywords"}, namespace_dict(40)}}},
    {"functools.partial", since(14), 80, {},
     {{{16, "func"}, {24, "args"}, {32, "keywords"}, namespace_dict(40)}}},
    {"functools.KeyWrapper", since(8), 32, {}, {{internal(16, "comparison"), {24, "obj"}}}},
    {"functools._lru_list_elem", since(8), 56, {}, {{internal(40, "key"), internal(48, "result")}}},
    {"functools._lru_cache_wrapper", only_in(8), 128, kLruCache,
     {{internal(72, "cache"), {88, "__wrapped__"}, internal(112, "cache_info_type"),
       namespace_dict(120)}}},
    {"functools._lru_cache_wrapper", only_in(9), 136, kLruCache,
     {{internal(72, "cache"), {88, "__wrapped__"}, internal(112, "cache_info_type"),
       namespace_dict(120)}}},
    {"functools._lru_cache_wrapper", since(10), 152, kLruCache,
     {{internal(72, "cache"), {88, "__wrapped__"}, internal(112, "keyword_mark"),
       internal(120, "link_type"), internal(128, "cache_info_type"), namespace_dict(136)}}},
    {"functools._PlaceholderType", since(14), 16},
    {"operator.itemgetter", since(8).until(10), 40, {}, {{internal(24, "items")}}},
    {"operator.itemgetter", since(11), 48, {}, {{internal(24, "items")}}},
    {"operator.attrgetter", since(8).until(10), 32, {}, {{internal(24, "attributes")}}},
    {"operator.attrgetter", since(11), 40, {}, {{internal(24, "attributes")}}},
    {"operator.methodcaller", since(8).until(12), 40, {},
     {{internal(16, "name"), internal(24, "arguments"), internal(32, "keywords")}}},
    {"operator.methodcaller", only_in(13), 64, {},
     {{internal(16, "name"), internal(24, "arguments"), internal(32, "keywords"),
       internal(48, "keyword_names")}}},
    {"operator.methodcaller", since(14), 64, {},
     {{internal(16, "name"), internal(24, "arguments"), internal(32, "keywords"),
       internal(40, "call_arguments"), internal(48, "keyword_names")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> functools_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
