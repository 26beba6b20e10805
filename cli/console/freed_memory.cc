#include "cli/console/freed_memory.h"

#include <malloc.h>

namespace heapscan::cli {

void keep_freed_memory() {
#ifdef __GLIBC__
  // Neither is an error when refused: the command only takes longer.
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

}  // namespace heapscan::cli
