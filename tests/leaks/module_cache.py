"""A module-level cache from which nothing is ever removed."""

import ordinary

HOLDER = "module __main__ > ._SESSIONS > dict"
HELD = "__main__.Session"

_SESSIONS = {}


class Session:
    def __init__(self, token):
        self.token = token
        self.basket = ["item %d" % (number % 40) for number in range(10)]
        self.pages = {"/": 1, "/search?q=%s" % token: 2}


def session_of(token):
    if token not in _SESSIONS:
        _SESSIONS[token] = Session(token)
    return _SESSIONS[token]


for visitor in range(6000):
    session_of("visitor-%d" % visitor)
ordinary.wait_to_be_captured()
