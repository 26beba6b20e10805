"""A program that never rests: its threads allocate, modify and collect all the time.

Usage: restless.py THREADS. Answers like the other programs, between collections.
"""

import gc
import os
import sys
import threading

turns = [0] * int(sys.argv[1])


class Node:
    pass


def churn(number):
    kept = {}
    while True:
        node = Node()
        node.me = node
        kept[turns[number] % 1000] = [node, str(turns[number]) * 3]
        turns[number] += 1
        if turns[number] % 3000 == 0:
            gc.collect()


for number in range(len(turns)):
    threading.Thread(target=churn, args=(number,), daemon=True).start()
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
os._exit(0)
