// A program on the bundled runtime: a shop that never drops its sessions.
//
// Objects held by a module, a global or a running frame have a root of that name in the dump;
// objects held only by a C++ Ref have a native root; the cycle that nothing holds any more is what
// the next collection would find.

#include <cstdlib>
#include <iostream>

#include "dump/runtime/heap_dump.h"
#include "dump/runtime/runtime.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/functions.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"

using heapscan::dump::Heap;
using namespace heapscan::dump::runtime;  // NOLINT(google-build-using-namespace)

int main() {
  Runtime runtime;
  runtime.tracer().start();

  const Ref shop = module::make(runtime, "shop");
  runtime.add_module(shop);
  module::set(shop, "sessions", dict::make(runtime));

  ClassFacts facts;
  facts.name = "shop.Session";
  facts.slots = {"user", "cart"};
  const Ref session_class = klass::make(runtime, facts);
  module::set(shop, "Session", session_class);

  for (int user = 0; user < 1000; ++user) {
    FrameScope frame(runtime, "log_in");
    const Ref session = instance::make(session_class);
    frame.set_local("session", session);
    instance::set(session, "user", integer(runtime, user));
    instance::set(session, "cart", list::make(runtime));
    dict::set(module::get(shop, "sessions"), integer(runtime, user), session);
  }

  runtime.gc().disable();
  {
    const Ref parent = instance::make(session_class);
    const Ref child = list::make(runtime, {parent});
    instance::set(parent, "cart", child);
  }

  const Heap heap = dump_heap(runtime);
  std::cout << heap.object_count() << " objects, " << heap.reference_count() << " references\n"
            << runtime.gc().collect() << " objects in unreachable cycles\n"
            << runtime.tracer().current_bytes() << " bytes traced\n";
  return EXIT_SUCCESS;
}
