"""A program that leaks nothing, but does everything that may look like a leak.

It imports modules late, fills an lru_cache to its bound over the first iterations, logs, compiles
regular expressions, opens files, creates garbage cycles and catches exceptions. It does the same kind
of work REPEATS times, with a mark after each iteration. SEED determines the data it works on.
"""

import functools
import gc
import io
import json
import logging
import os
import random
import re
import sys

MARKS = int(os.environ["HEAPSCAN_MARK_FD"])
REPEATS = int(sys.argv[1])
CHANCE = random.Random(int(sys.argv[2]))
LOG = logging.getLogger("clean")
HANDLER = logging.StreamHandler(io.StringIO())
LOG.addHandler(HANDLER)
LOG.setLevel(logging.INFO)


def mark():
    gc.collect()
    os.write(MARKS, b"mark\n")
    os.read(MARKS, 1)


@functools.lru_cache(maxsize=500)
def expensive(number):
    return "value of %d" % number


class Node:
    def __init__(self):
        self.itself = self


def work(repeat):
    import decimal
    import fractions
    import textwrap

    for _ in range(CHANCE.randrange(180, 220)):
        expensive(CHANCE.randrange(100_000))
    HANDLER.stream.seek(0)
    HANDLER.stream.truncate()
    for number in range(CHANCE.randrange(10, 30)):
        LOG.info("request %d of repeat %d", number, repeat)
        Node()
    document = json.loads(json.dumps({"repeat": repeat, "items": list(range(50))}))
    assert re.match(r"\w+ (\d+)", "repeat %d" % document["repeat"])
    assert fractions.Fraction(repeat + 1, 3) > 0 and decimal.Decimal(repeat) >= 0
    textwrap.fill("some text " * CHANCE.randrange(10, 30))
    with open(os.devnull) as nothing:
        nothing.read()
    try:
        raise ValueError(repeat)
    except ValueError as error:
        LOG.info("caught %s", error)


for repeat in range(REPEATS):
    work(repeat)
    mark()
