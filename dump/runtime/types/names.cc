#include "dump/runtime/types/names.h"

#include "dump/error.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/text.h"

namespace heapscan::dump::runtime {

Ref make_name(ObjectHeap& heap, std::string_view name) {
  StrObject* const found = heap.interned.find(name);
  return found != nullptr ? Ref(View(found))
                          : str::intern(make_str(heap, name, SourcePlace::current()));
}

void set_name(Object* dict, std::string_view name, View value) {
  if (dict == nullptr) {
    throw Error(ErrorKind::kUsage, "cannot set attributes of an object that is being freed");
  }
  dict::set(View(dict), make_name(heap_of(dict), name), value);
}

Ref find_name(Object* dict, std::string_view name) {
  if (dict == nullptr) {
    return {};
  }
  return dict::find(View(dict), make_name(heap_of(dict), name));
}

bool remove_name(Object* dict, std::string_view name) {
  if (!find_name(dict, name)) {
    return false;
  }
  (void)dict::remove(View(dict), make_name(heap_of(dict), name));
  return true;
}

}  // namespace heapscan::dump::runtime
