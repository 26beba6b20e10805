#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/sizes.h"
#include "dump/cpython/objects/model/walking.h"

// itertools.
namespace heapscan::dump::cpython {
namespace {

// productobject, combinationsobject, permutationsobject, teedataobject.
constexpr std::uint64_t kPools = 16;
constexpr std::uint64_t kCombinationLength = 40;
constexpr std::uint64_t kPermutationLength = 48;
constexpr std::uint64_t kTeeDataCount = 24;
constexpr std::uint64_t kTeeDataItems = 40;

std::uint64_t product_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  return type.basic_size + tuple_length(reader, object + kPools) * 8;
}

std::uint64_t combinations_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  return type.basic_size + reader.word(object + kCombinationLength) * 8;
}

std::uint64_t permutations_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  return type.basic_size + tuple_length(reader, object + kPools) * 8 +
         reader.word(object + kPermutationLength) * 8;
}

void walk_tee_data(const WalkContext& context,
                   Address object,
                   const TypeInfo& /*type*/,
                   ReferenceVisitor& visitor) {
  visit_items(context.reader, object + kTeeDataItems,
              context.reader.read_or<std::uint32_t>(object + kTeeDataCount, 0), visitor);
}

constexpr TypeTraits kProduct = {.size = product_size};
constexpr TypeTraits kCombinations = {.size = combinations_size};
constexpr TypeTraits kPermutations = {.size = permutations_size};
constexpr TypeTraits kTeeData = {.walk = walk_tee_data};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"itertools.accumulate", since(8).until(11), 48, {},
     {{internal(16, "total"), internal(24, "iterator"), internal(32, "function"),
       internal(40, "initial")}}},
    {"itertools.accumulate", since(12), 56, {},
     {{internal(16, "total"), internal(24, "iterator"), internal(32, "function"),
       internal(40, "initial")}}},
    {"itertools.batched", only_in(12), 32, {}, {{internal(16, "iterator")}}},
    {"itertools.batched", since(13), 40, {}, {{internal(16, "iterator")}}},
    {"itertools.chain", since(8), 32, {}, {{internal(16, "source"), internal(24, "active")}}},
    {"itertools.combinations", since(8), 56, kCombinations,
     {{internal(16, "pool"), internal(32, "result")}}},
    {"itertools.combinations_with_replacement", since(8), 56, kCombinations,
     {{internal(16, "pool"), internal(32, "result")}}},
    {"itertools.compress", since(8), 32, {}, {{internal(16, "data"), internal(24, "selectors")}}},
    {"itertools.count", since(8), 40, {}, {{internal(24, "value"), internal(32, "step")}}},
    {"itertools.cycle", since(8), 48, {}, {{internal(16, "iterator"), internal(24, "saved")}}},
    {"itertools.cycle", since(14), 40, {}, {{internal(16, "iterator"), internal(24, "saved")}}},
    {"itertools.dropwhile", since(8), 40, {},
     {{internal(16, "function"), internal(24, "iterator")}}},
    {"itertools.takewhile", since(8), 40, {},
     {{internal(16, "function"), internal(24, "iterator")}}},
    {"itertools.filterfalse", since(8), 32, {},
     {{internal(16, "function"), internal(24, "iterator")}}},
    {"itertools.starmap", since(8), 32, {}, {{internal(16, "function"), internal(24, "iterator")}}},
    {"itertools.groupby", since(8).until(11), 64, {},
     {{internal(16, "iterator"), internal(24, "key_function"), internal(32, "target_key"),
       internal(40, "current_key"), internal(48, "current_value")}}},
    {"itertools.groupby", since(12), 72, {},
     {{internal(16, "iterator"), internal(24, "key_function"), internal(32, "target_key"),
       internal(40, "current_key"), internal(48, "current_value")}}},
    {"itertools._grouper", since(8), 32, {},
     {{internal(16, "parent"), internal(24, "target_key")}}},
    {"itertools.islice", since(8), 56, {}, {{internal(16, "iterator")}}},
    {"itertools.pairwise", since(10).until(12), 32, {},
     {{internal(16, "iterator"), internal(24, "old")}}},
    {"itertools.pairwise", since(13), 40, {},
     {{internal(16, "iterator"), internal(24, "old"), internal(32, "result")}}},
    {"itertools.permutations", since(8), 64, kPermutations,
     {{internal(16, "pool"), internal(40, "result")}}},
    {"itertools.product", since(8), 48, kProduct,
     {{internal(16, "pools"), internal(32, "result")}}},
    {"itertools.repeat", since(8), 32, {}, {{internal(16, "element")}}},
    {"itertools.zip_longest", since(8), 56, {},
     {{internal(32, "iterators"), internal(40, "result"), internal(48, "fill_value")}}},
    {"itertools._tee", since(8).until(11), 40, {}, {{internal(16, "data")}}},
    {"itertools._tee", since(12), 48, {}, {{internal(16, "data")}}},
    {"itertools._tee_dataobject", since(8), 496, kTeeData,
     {{internal(16, "iterator"), internal(32, "next")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> itertools_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
