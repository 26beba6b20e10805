"""A fixture that finds leaks in a test suite: copy this file next to your tests.

    def test_login_leaks_nothing(heap_repeats):
        for _ in heap_repeats(8):
            login("ann")

`heapscan gate --run` captures the process after each iteration and compares the captures:

    heapscan gate --run --warm-up 2 --max-holder-growth '*=0/step' -- python3 -m pytest

The first iterations import modules and fill caches: --warm-up skips them. Without heapscan, the loop
simply runs. Since each run of the gate judges one series, select a single test with pytest's -k.
"""

import gc
import os

import pytest


@pytest.fixture
def heap_mark():
    """A function that marks the current point of the program and waits until it has been captured."""

    def mark():
        if "HEAPSCAN_MARK_FD" in os.environ:
            gc.collect()  # Garbage awaiting collection is not a leak.
            marks = int(os.environ["HEAPSCAN_MARK_FD"])
            os.write(marks, b"mark\n")
            os.read(marks, 1)

    return mark


@pytest.fixture
def heap_repeats(heap_mark):
    """Counts iterations of the same work, with a mark after each."""

    def repeats(count):
        for repeat in range(count):
            yield repeat
            heap_mark()

    return repeats
