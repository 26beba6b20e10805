#include "cli/open_heap.h"

#include "formats/open_dump.h"

namespace heapscan::cli {

dump::Heap open_heap(const std::string& path, const Messages& messages) {
  messages.progress("reading " + path);
  dump::Heap heap = formats::open_dump(path);
  if (!heap.facts().complete) {
    messages.warn(path + ": the dump lacks parts of the heap: figures are lower bounds");
  }
  return heap;
}

}  // namespace heapscan::cli
