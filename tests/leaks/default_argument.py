"""An instance as the default value of an argument: created once, and kept as long as the function."""

import ordinary

HOLDER = "module __main__ > .record > .__defaults__ > tuple[*] > .entries > list"
HELD = "tuple"


class Journal:
    def __init__(self):
        self.entries = []

    def add(self, *entry):
        self.entries.append(entry)


def record(user, action, journal=Journal()):
    journal.add(user, action, {"user": user, "length": len(action)})


for number in range(20_000):
    record("user-%d" % number, "opened page %d" % number)
ordinary.wait_to_be_captured()
