"""A program with a heap of so many objects that forks a worker, which answers.

Usage: forked_worker.py OBJECTS. Almost all memory of the worker is shared with its parent.
"""

import gc
import os
import sys

kept = [["record %d" % number] for number in range(int(sys.argv[1]) // 2)]
gc.collect()
gc.freeze()
gc.disable()
if os.fork() != 0:
    os.wait()
    os._exit(0)
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
