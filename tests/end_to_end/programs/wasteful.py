"""A program that wastes memory in known ways, and reports how much each fix would save.

Usage: wasteful.py REPORT. The report is a JSON object: for each global variable that holds waste, the
number of objects that could be smaller or go away, and the bytes by which the same contents would
then be smaller according to sys.getsizeof. The program really builds the smaller form of each.
"""

import array
import collections
import gc
import json
import os
import sys
import tracemalloc
import weakref

COUNT = 10_000


class Plain:
    def __init__(self, number):
        self.number = number
        self.name = None
        self.parent = None


class Watched(Plain):
    """Has weak references to it."""


class Slotted:
    __slots__ = ("number", "name", "parent")

    def __init__(self, number):
        self.number = number
        self.name = None
        self.parent = None


class SlottedWithWeakReferences(Slotted):
    __slots__ = ("__weakref__",)


class Holder:
    """Has slots and a dict: not plain."""

    __slots__ = ("fixed", "__dict__")

    def __init__(self):
        self.fixed = None
        self.free = None


class Failure(Exception):
    """Has the members of an exception: not plain."""


def size_of(things):
    return sum(map(sys.getsizeof, {id(thing): thing for thing in things}.values()))


def after_deleting(size, rest, key):
    made = {key(number): None for number in range(size)}
    for number in range(size - rest):
        del made[key(number)]
    return made


def looked_into(things):
    """Accessing the __dict__ of an instance creates one, which stays."""
    for thing in things:
        vars(thing)
    return things


def appended(count):
    made = []
    for _ in range(count):
        made.append(None)
    return made


gc.disable()

NAMES = ["user-%d" % (number % 100) for number in range(COUNT)]
SHORT_OF_ALPHABET = ["\u00fcser-\u20ac-%d" % (number % 10) for number in range(COUNT)]
BYTES = [b"byte-%d" % (number % 100) for number in range(COUNT)]
TUPLES = [(number % 7, number % 5 + 0.5, ("deep", number % 2)) for number in range(COUNT)]
INTS = [list(range(2**31 + 1000 * row, 2**31 + 1000 * (row + 1))) for row in range(5)]
FLOATS = [number + 0.25 for number in range(COUNT)]
SPARSE = after_deleting(COUNT, 50, "key-{}".format)
SPARSE_BY_NUMBER = after_deleting(COUNT, 500, int)
EMPTIED = after_deleting(COUNT, 0, int)
GROWN = appended(COUNT)
EMPTY_LISTS = [[] for _ in range(1000)]
EMPTY_DICTS = [{} for _ in range(1000)]
EMPTY_SETS = [set() for _ in range(1000)]
EMPTY_DEQUES = [collections.deque() for _ in range(1000)]
WITH_DICTS = looked_into([Plain(number) for number in range(COUNT)])
WATCHED = looked_into([Watched(number) for number in range(COUNT)])
WATCHERS = [weakref.ref(thing) for thing in WATCHED]
tracemalloc.start()
WITHOUT_DICTS = [Plain(number) for number in range(COUNT)]
TAKEN = {"WITHOUT_DICTS": tracemalloc.get_traced_memory()[0]}
tracemalloc.stop()

# Nothing can be saved here by the means that heapscan knows.
KEPT_SMALL = [[1, 2, 3, 4][:] for _ in range(100)]  # A slice has no spare capacity.
KEPT_MIXED = [[1.5, "one"] * 50 for _ in range(100)]
KEPT_HUGE = [[2**70 + number for number in range(100)] for _ in range(10)]
KEPT_FULL = [{"key-%d" % number: None for number in range(size)} for size in range(1, 500)]
KEPT_FULL_BY_NUMBER = [dict.fromkeys(range(1000, 1000 + size)) for size in range(1, 500)]
KEPT_UNIQUE = [("unique", number) for number in range(COUNT)]
KEPT_HOLDERS = [Holder() for _ in range(COUNT)]
KEPT_FAILURES = [Failure() for _ in range(COUNT)]
KEPT_SLOTTED = [Slotted(number) for number in range(COUNT)]
KEPT_FEW_EMPTY = [[] for _ in range(20)]


def mended():
    """For each variable: how many objects the smaller form avoids or shrinks, and by how many bytes."""

    def one_of_each(things):
        kept = {thing: thing for thing in things}
        return len({id(thing) for thing in things}) - len(kept), size_of(things) - size_of(kept)

    def numbers(lists, code):
        before = size_of(lists) + sum(map(size_of, lists))
        return len(lists), before - size_of([array.array(code, items) for items in lists])

    def copied(thing, copy):
        return 1, sys.getsizeof(thing) - sys.getsizeof(copy)

    def slotted(things, made):
        before = size_of(things) + size_of([vars(thing) for thing in things])
        return len(things), before - size_of(made)

    watched = [SlottedWithWeakReferences(number) for number in range(COUNT)]
    tracemalloc.start()
    slots = [Slotted(number) for number in range(COUNT)]
    TAKEN["slots"] = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {
        "NAMES": one_of_each(NAMES),
        "SHORT_OF_ALPHABET": one_of_each(SHORT_OF_ALPHABET),
        "BYTES": one_of_each(BYTES),
        "TUPLES": one_of_each(TUPLES),
        "TUPLES in TUPLES": one_of_each([thing[2] for thing in TUPLES]),
        "INTS": numbers(INTS, "q"),
        "FLOATS": numbers([FLOATS], "d"),
        "SPARSE": copied(SPARSE, dict(SPARSE.items())),
        "SPARSE_BY_NUMBER": copied(SPARSE_BY_NUMBER, dict(SPARSE_BY_NUMBER.items())),
        "EMPTIED": copied(EMPTIED, {}),
        "GROWN": copied(GROWN, GROWN[:]),
        "EMPTY_LISTS": (len(EMPTY_LISTS), size_of(EMPTY_LISTS)),
        "EMPTY_DICTS": (len(EMPTY_DICTS), size_of(EMPTY_DICTS)),
        "EMPTY_SETS": (len(EMPTY_SETS), size_of(EMPTY_SETS)),
        "EMPTY_DEQUES": (len(EMPTY_DEQUES), size_of(EMPTY_DEQUES)),
        "WITH_DICTS": slotted(WITH_DICTS, slots),
        "WATCHED": slotted(WATCHED, watched),
        "WITHOUT_DICTS at most": (COUNT, TAKEN["WITHOUT_DICTS"] - TAKEN["slots"]),
    }


report = {name: {"objects": objects, "saved": saved} for name, (objects, saved) in mended().items()}
with open(sys.argv[1], "w", encoding="ascii") as file:
    json.dump(report, file)
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
