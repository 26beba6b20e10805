"""A program that may trace its allocations. Usage: traced.py REPORT [FRAMES].

Writes a JSON array of [address, file, line] of objects, as tracemalloc reports them, and answers.
"""

import array
import collections
import json
import os
import sys
import tracemalloc

if len(sys.argv) > 2:
    tracemalloc.start(int(sys.argv[2]))


class Plain:
    def __init__(self):
        self.attribute = ["of an instance"]


class Slotted:
    __slots__ = ("value",)


def make(number):
    return [number * 1000]


kept = [make(number) for number in range(200)]
kept += [Plain() for _ in range(50)]
kept += [Slotted(), {"a": 1}, {1, 2}, (1, kept), 10**30, 1.5 * len(kept), "text %d" % len(kept)]
kept += [b"bytes %d" % len(kept), bytearray(100), array.array("i", [1]), collections.deque(), make]
kept += [instance.attribute for instance in kept if isinstance(instance, Plain)]
kept.append("long text" * 1000)

told = []
for thing in kept:
    traceback = tracemalloc.get_object_traceback(thing) if tracemalloc.is_tracing() else None
    if traceback is not None:
        told.append((id(thing), traceback[-1].filename, traceback[-1].lineno))
with open(sys.argv[1], "w", encoding="ascii") as out:
    json.dump(told, out)

os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
