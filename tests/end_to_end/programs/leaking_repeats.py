"""A program with 200,000 objects that leaks one of 64 bytes in each of its REPEATS iterations."""

import gc
import os
import sys

MARKS = int(os.environ["HEAPSCAN_MARK_FD"])
REPEATS = int(sys.argv[1])


class Leaked:
    __slots__ = ("a", "b", "c", "d")  # With the header of the collector, 64 bytes.


class Entry:
    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name


ENTRIES = {number: Entry("entry %d" % number) for number in range(66_000)}
_FORGOTTEN = []


def mark():
    gc.collect()
    os.write(MARKS, b"mark\n")
    os.read(MARKS, 1)


def work(repeat):
    for number in range(1000):
        ENTRIES[number] = Entry("entry %d of repeat %d" % (number, repeat))
    _FORGOTTEN.append(Leaked())


for repeat in range(REPEATS):
    work(repeat)
    mark()
