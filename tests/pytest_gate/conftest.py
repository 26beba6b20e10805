"""A fixture that finds leaks in a test suite: copy this file beside your tests.

    def test_login_leaks_nothing(heap_repeats):
        for _ in heap_repeats(8):
            login("ann")

`heapscan gate --run` captures the process behind each repeat and compares the captures:

    heapscan gate --run --warm-up 2 --max-holder-growth '*=0/step' -- python3 -m pytest

The first repeats import modules and fill caches: --warm-up leaves them out. Without heapscan the
loop just runs. One test for each run of the gate makes one series; choose it with pytest's -k.
"""

import gc
import os

import pytest


@pytest.fixture
def heap_mark():
    """A function that marks this point of the program and waits until it is captured."""

    def mark():
        if "HEAPSCAN_MARK_FD" in os.environ:
            gc.collect()  # What only waits for the collector is no leak.
            marks = int(os.environ["HEAPSCAN_MARK_FD"])
            os.write(marks, b"mark\n")
            os.read(marks, 1)

    return mark


@pytest.fixture
def heap_repeats(heap_mark):
    """Counts repeats of the same work, with a mark behind each."""

    def repeats(count):
        for repeat in range(count):
            yield repeat
            heap_mark()

    return repeats
