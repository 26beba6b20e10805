#include "cli/input/open_heap.h"

#include "dump/error.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

dump::Heap open_heap(const DumpArgument& argument) {
  const DumpFile file(argument);
  if (!argument.stored) {
    return formats::open_dump(file.path());
  }
  try {
    return formats::open_dump(file.path());
  } catch (const Error& error) {
    // The name of the copy says nothing to the user.
    throw Error(error.kind(),
                argument.file + ": dump " + std::to_string(*argument.stored) + ": " + error.what());
  }
}

dump::Heap open_heap(const std::string& path, const Messages& messages) {
  messages.progress("reading " + path);
  dump::Heap heap = open_heap(dump_argument(path));
  if (!heap.facts().complete) {
    messages.warn(path + ": the dump lacks parts of the heap: figures are lower bounds");
  }
  return heap;
}

}  // namespace heapscan::cli
