#include "dump/runtime/types/text.h"

#include <algorithm>
#include <cstring>

#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {
namespace {

std::uint64_t count_code_points(std::string_view text) {
  return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_shared(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_name_character) || count_code_points(text) <= 1;
}

/// A str or bytes with this text after the layout.
template <class Layout>
Layout* make_text(ObjectHeap& heap, Kind kind, std::string_view text, SourcePlace place) {
  return make_object<Layout>(heap, heap.type(kind), text.size() + 1, place, [text](Layout& object) {
    object.length = text.size();
    if (!text.empty()) {
      std::memcpy(object.text(), text.data(), text.size());
    }
  });
}

}  // namespace

Ref make_str(ObjectHeap& heap, std::string_view text, SourcePlace place) {
  auto* const object = make_text<StrObject>(heap, Kind::kStr, text, place);
  object->code_points = count_code_points(text);
  return Ref::adopt(object);
}

namespace str {

Ref make(ObjectHeap& heap, std::string_view text, SourcePlace place) {
  require_thread(heap);
  if (!is_shared(text)) {
    return make_str(heap, text, place);
  }
  StrObject* const found = heap.interned.find(text);
  return found != nullptr ? Ref(View(found)) : intern(make_str(heap, text, place));
}

Ref make_unshared(ObjectHeap& heap, std::string_view text, SourcePlace place) {
  require_thread(heap);
  return make_str(heap, text, place);
}

Ref intern(View str) {
  auto* const object = expect<StrObject>(str, Kind::kStr);
  return Ref(View(heap_of(object).interned.intern(object)));
}

bool is_interned(View str) {
  return expect<StrObject>(str, Kind::kStr)->has(Object::kInterned);
}

std::string_view value(View str) {
  return expect<StrObject>(str, Kind::kStr)->view();
}

}  // namespace str

namespace bytes {

Ref make(ObjectHeap& heap, std::string_view value, SourcePlace place) {
  require_thread(heap);
  return Ref::adopt(make_text<BytesObject>(heap, Kind::kBytes, value, place));
}

}  // namespace bytes

}  // namespace heapscan::dump::runtime
