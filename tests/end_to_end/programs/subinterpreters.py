"""A program with objects in two interpreters: the main one, and another one with similar contents.

Usage: subinterpreters.py REPORT KIND STATE. KIND is how the other one is created: "legacy" (it shares
the GIL and the allocator with the main one) or "isolated" (it has its own, since CPython 3.12). STATE
is "idle" or "running": one of its threads waits in the middle of its code.

Reports the main one in REPORT, and the other one in REPORT.other (see oracle.py). CPython 3.8 has a
single collector for all interpreters, so there the main one reports both.
"""

import gc
import os
import sys
import threading
import time

import interpreters
import oracle
import random_graph

SHARED_COLLECTOR = sys.version_info < (3, 9)
THREADS_RUN_ALONE = sys.version_info >= (3, 12)  # In an interpreter where no code runs otherwise.

CONTENTS = """
import sys
sys.path[:0] = %r
import subinterpreter_contents as contents
"""


def main():
    gc.disable()
    path, kind, state = sys.argv[1:]
    oracle.find_fork()  # What it imports may be shared with the other interpreter.
    random_graph.KEPT.append(random_graph.Graph(1).build(150).lose())
    other = interpreters.create(kind)
    interpreters.run(other, CONTENTS % sys.path[:1])
    tell = "contents.prepare(%r)" % (path + ".other")
    if state == "idle" or THREADS_RUN_ALONE:
        interpreters.run(other, tell)
        if state == "running":
            interpreters.run(other, "contents.start_thread()")
        interpreters.run(other, "contents.mark_end()")
        elsewhere = None if SHARED_COLLECTOR else lambda: interpreters.run(other, "contents.tell()")
        oracle.answer_commands(path, elsewhere)
    else:
        # Nothing else runs in an interpreter with two threads, so the thread itself reports it.
        ended, waiting = os.pipe()
        tell += "\ncontents.tell_and_wait(%d, %r)" % (waiting, SHARED_COLLECTOR)
        threading.Thread(target=interpreters.run_or_end, args=(other, tell), daemon=True).start()
        os.read(ended, 1)
        time.sleep(0.5)  # Until the thread waits: a copy would wait forever for a lock that it has.
        oracle.answer_commands(path)


if __name__ == "__main__":
    main()
