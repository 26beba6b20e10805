"""What the observed interpreter reported about itself: the file that programs/oracle.py writes."""

import collections
import json

STATIC = 900_000_000  # Objects that are never freed have a larger count.

ReportedObject = collections.namedtuple(
    "ReportedObject", "type size refcount tracked generation referents owned weak"
)


class Report:
    def __init__(self, path):
        rows, names = [], {}
        with open(path, encoding="ascii") as lines:
            for line in lines:
                kind, *columns = json.loads(line)
                if kind == "object":
                    rows.append(columns)
                elif kind == "type":
                    names[columns[0]] = columns[1]
                else:
                    setattr(self, kind, set(columns[0]))
        self.objects = {
            address: ReportedObject(names[kind], *rest) for address, kind, *rest in rows
        }

    def add(self, other):
        """Adds what only another interpreter of the same process reported.

        What a static type has per interpreter is reported only by that interpreter; in the dump,
        these are roots.
        """
        for address, thing in other.objects.items():
            if thing.type != "type" or thing.refcount < STATIC:
                known = self.objects.setdefault(address, thing)
                if known.generation < thing.generation:
                    self.objects[address] = thing  # It is in a list of the other interpreter's collector.
        for name in ("garbage", "gone", "freed", "touched"):
            getattr(self, name).update(getattr(other, name))

    def tracked(self):
        """The objects that were in the lists of the collector."""
        return {address for address, thing in self.objects.items() if thing.generation >= 0}

    def live(self, unseen):
        """The objects that survive a collection, without `unseen`, and everything they refer to."""
        live = self.tracked() - self.garbage - self.gone - self.freed - unseen
        to_do = list(live)
        while to_do:
            thing = self.objects[to_do.pop()]
            for other in thing.referents + thing.owned:
                if other in self.objects and other not in live:
                    live.add(other)
                    to_do.append(other)
        return live
