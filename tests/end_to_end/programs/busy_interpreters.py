"""A program with three running interpreters that allocate and free as fast as they can.

Usage: busy_interpreters.py KIND. KIND is how the other two are created: see subinterpreters.py.
"""

import os
import sys
import threading

import interpreters

RUN = """
import sys
sys.path[:0] = %r
import subinterpreter_contents as contents
contents.work(%d)
"""


def main():
    ended, waiting = os.pipe()
    for _ in range(2):
        other = interpreters.create(sys.argv[1])
        text = RUN % (sys.path[:1], waiting)
        threading.Thread(target=interpreters.run_or_end, args=(other, text), daemon=True).start()
        os.read(ended, 1)
    os.write(1, b"ready\n")
    while os.read(0, 1):
        os.write(1, b"here\n")
    os._exit(0)


if __name__ == "__main__":
    main()
