#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/model/walking.h"

// Weak references and proxies.
namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kWeakObject = 16;  // PyWeakReference

void walk_weak_reference(const WalkContext& context,
                         Address object,
                         const TypeInfo& /*type*/,
                         ReferenceVisitor& visitor) {
  if (const Address target = context.reader.pointer(object + kWeakObject); target) {
    visitor.weak(target);
  }
}

constexpr TypeTraits kWeakReference = {.walk = walk_weak_reference};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"weakref", since(8).until(9), 56, kWeakReference, {{{24, "__callback__"}}}},
    {"weakref.ReferenceType", only_in(10), 56, kWeakReference, {{{24, "__callback__"}}}},
    {"weakref.ReferenceType", since(11), 64, kWeakReference, {{{24, "__callback__"}}}},
    {"weakproxy", since(8).until(9), 56, kWeakReference, {{{24, "__callback__"}}}},
    {"weakref.ProxyType", only_in(10), 56, kWeakReference, {{{24, "__callback__"}}}},
    {"weakref.ProxyType", since(11), 64, kWeakReference, {{{24, "__callback__"}}}},
    {"weakcallableproxy", since(8).until(9), 56, kWeakReference, {{{24, "__callback__"}}}},
    {"weakref.CallableProxyType", only_in(10), 56, kWeakReference,
     {{{24, "__callback__"}}}},
    {"weakref.CallableProxyType", since(11), 64, kWeakReference, {{{24, "__callback__"}}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> weak_reference_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
