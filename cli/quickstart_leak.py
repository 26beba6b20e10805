"""A small web shop with two leaks: the program that quickstart.sh captures.

Each line on standard input is a number of requests to serve. Once they have been served, the program
replies with a line on standard output. It exits at the end of its input.
"""

import ctypes
import gc
import sys

# The first leak: the session of every visitor is kept forever.
_SESSIONS = {}


class Session:
    def __init__(self, visitor):
        self.visitor = visitor
        self.basket = []
        self.seen_pages = {"/": 1}


class Item:
    __slots__ = ("name", "price")

    def __init__(self, name, price):
        self.name = name
        self.price = price


class Request:
    def __init__(self, session):
        self.session = session
        self.response = Response(self)


class Response:
    # The second leak: request and response refer to each other, so only the cycle collector can
    # free them, and it is disabled below.
    def __init__(self, request):
        self.request = request
        self.body = "<p>%d items in your basket</p>" % len(request.session.basket)


def serve(number):
    visitor = "visitor-%d" % number
    session = _SESSIONS.setdefault(visitor, Session(visitor))
    session.basket.append(Item("item-%d" % (number % 50), 100 + number % 7))
    session.seen_pages["/item/%d" % number] = 1
    return Request(session).response.body


def allow_other_processes_of_this_user_to_look():
    """Needed where Yama restricts ptrace to parent processes, as on Ubuntu: see the README."""
    pr_set_ptracer, anyone = 0x59616D61, ctypes.c_ulong(-1)
    ctypes.CDLL(None).prctl(pr_set_ptracer, anyone, 0, 0, 0)


def main():
    allow_other_processes_of_this_user_to_look()
    gc.disable()  # "To avoid the pauses."
    served = 0
    for line in sys.stdin:
        for _ in range(int(line)):
            served += 1
            serve(served)
        print("served %d requests" % served, flush=True)


if __name__ == "__main__":
    main()
