"""Native code that takes a reference and never releases it: nothing in Python holds the frames."""

import ctypes

import ordinary

HOLDER = "native"
HELD = "__main__.Frame"


class Frame:
    def __init__(self, number):
        self.number = number
        self.pixels = bytes([number % 256]) * 2000


def show(frame):
    # As an extension does if it forgets a Py_DECREF on some path.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(frame))


for number in range(4000):
    show(Frame(number))
ordinary.wait_to_be_captured()
