"""Leaks in every way for which the gate has a rule, with a mark after each iteration."""

import ctypes
import gc
import os

MARKS = int(os.environ["HEAPSCAN_MARK_FD"])
REPEATS = 4

HISTORY = []


class Order:
    __slots__ = ("text",)

    def __init__(self, number):
        self.text = "order %d " % number + "." * 1000


class Owner:
    def __init__(self):
        self.pet = Pet(self)


class Pet:
    def __init__(self, owner):
        self.owner = owner


class Plug:
    def __init__(self):
        self.itself = self


class Frame:
    __slots__ = ()


def mark():
    os.write(MARKS, b"mark\n")
    os.read(MARKS, 1)


gc.disable()  # Or it would find the cycles.
mark()
for repeat in range(REPEATS - 1):
    HISTORY.extend(Order(number) for number in range(200))
    for _ in range(20):
        Owner()
    for _ in range(5):
        Plug()
    for _ in range(30):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(Frame()))
    mark()
