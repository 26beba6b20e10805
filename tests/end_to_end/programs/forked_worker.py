"""A program with a given number of objects that forks a worker, which answers.

Usage: forked_worker.py OBJECTS. The worker shares almost all its memory with its parent.
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
