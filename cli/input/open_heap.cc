#include "cli/input/open_heap.h"

#include <fmt/format.h>

#include "cli/input/salvage.h"
#include "dump/error.h"

namespace heapscan::cli {

dump::Heap open_heap(const DumpArgument& argument, formats::Damage damage) {
  const DumpFile file(argument);
  if (!argument.stored) {
    return formats::open_dump(file.path(), damage);
  }
  try {
    return formats::open_dump(file.path(), damage);
  } catch (const Error& error) {
    // The name of the copy means nothing to the user.
    throw Error(error.kind(),
                argument.file + ": dump " + std::to_string(*argument.stored) + ": " + error.what());
  }
}

dump::Heap open_heap(const std::string& path, const Messages& messages, formats::Damage damage) {
  messages.progress("reading " + path);
  dump::Heap heap = open_heap(dump_argument(path), damage);
  for (const std::string& loss : losses_of(heap)) {
    messages.warn(fmt::format("{}: {}", path, loss));
  }
  if (!heap.facts().complete) {
    messages.warn(path + ": the dump is incomplete: figures are lower bounds");
  }
  return heap;
}

}  // namespace heapscan::cli
