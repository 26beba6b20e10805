"""A program with a given number of objects, that answers. Usage: big_heap.py OBJECTS."""

import gc
import os
import sys


class Record:
    __slots__ = ("number", "names")

    def __init__(self, number):
        self.number = number
        self.names = ["name-%d" % number]


gc.disable()
kept = [Record(number) for number in range(1000, 1000 + int(sys.argv[1]) // 4)]
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
