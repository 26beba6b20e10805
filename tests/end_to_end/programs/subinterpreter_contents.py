"""What subinterpreters.py puts into the other interpreter: random graphs, some of them lost cycles.

Its functions are called by source code that subinterpreters.py runs in that interpreter.
"""

import gc
import os
import sys
import threading
import time

import oracle
import random_graph

LOCK = threading.Lock()
STATE = {}


class OfTheOther:
    """A class that the main interpreter does not have."""

    def __init__(self, number):
        self.number = number
        self.itself = self


KEPT = [OfTheOther(number) for number in range(100)]


def lose():
    for number in range(100, 150):
        OfTheOther(number)


def prepare(path):
    gc.disable()
    for seed in range(5, 9):
        random_graph.KEPT.append(random_graph.Graph(seed).build(150).lose())
    lose()
    STATE["path"] = path
    # Source code run from strings uses the main module and its name.
    main = sys.modules["__main__"]
    names = [main.__name__, *(name for name in sys.modules if name == "__main__")]
    STATE["touched"] = oracle.prepare(path, tell, tell.__code__, main.__dict__, globals(), *names)


class Mark:
    pass


def mark_end():
    """To be called last before the fork: objects tracked after this mark exist only in the copy."""
    STATE["mark"] = Mark()


def tell():
    not_told = set()
    for thing in reversed(gc.get_objects(0)):
        if type(thing) is Mark:
            break
        not_told.add(id(thing))
    thing = None
    oracle.report(STATE["path"], STATE["touched"], not_told)


def wait_in_other(held, before=None):
    local = [held, {"held": held}]
    if before is not None:
        before()
    LOCK.acquire()
    return local


def start_thread():
    LOCK.acquire()
    threading.Thread(target=wait_in_other, args=(["of a thread"],), name="of-the-other").start()
    time.sleep(0.2)


def tell_and_wait(waiting, told_by_main):
    LOCK.acquire()
    fork = oracle.find_fork()

    def fork_and_tell():
        if not told_by_main and fork() == 0:
            try:
                oracle.report(STATE["path"], STATE["touched"])
            finally:
                os._exit(0)
        os.write(waiting, b"!")

    used = [fork, fork_and_tell, fork_and_tell.__code__, *fork_and_tell.__closure__, b"!", LOCK]
    used += [type(LOCK).__dict__["acquire"], "acquire", wait_in_other, wait_in_other.__code__]
    STATE["touched"] += map(id, used)
    wait_in_other(["of a thread"], fork_and_tell)


def work(started):
    """Keeps some instances, loses others, and then allocates forever."""
    gc.disable()
    lose()
    os.write(started, b"!")
    held = []
    while True:
        held = [{"number": number, "held": [number, [len(held)]]} for number in range(100)]
        # Before CPython 3.12 an interpreter does not ask another one for the lock.
        time.sleep(0)
