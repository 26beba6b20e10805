#include "dump/runtime/names.h"

#include "dump/error.h"
#include "dump/runtime/core.h"
#include "dump/runtime/mappings.h"
#include "dump/runtime/text.h"

namespace heapscan::dump::runtime {

Ref make_name(Core& core, std::string_view name) {
  const auto found = core.interned.find(name);
  return found != core.interned.end() ? Ref(View(*found))
                                      : str::intern(make_str(core, name, SourcePlace::current()));
}

void set_name(Object* dict, std::string_view name, View value) {
  if (dict == nullptr) {
    throw Error(ErrorKind::kUsage, "attributes are set of an object that is being freed");
  }
  dict::set(View(dict), make_name(core_of(dict), name), value);
}

Ref find_name(Object* dict, std::string_view name) {
  if (dict == nullptr) {
    return {};
  }
  return dict::find(View(dict), make_name(core_of(dict), name));
}

bool remove_name(Object* dict, std::string_view name) {
  if (!find_name(dict, name)) {
    return false;
  }
  (void)dict::remove(View(dict), make_name(core_of(dict), name));
  return true;
}

}  // namespace heapscan::dump::runtime
