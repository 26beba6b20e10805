"""What the observed interpreter told of itself: the file that programs/oracle.py writes."""

import collections
import json

STATIC = 900_000_000  # What is never freed has a larger count.

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
        """Takes over what another interpreter of the same process told of what this one did not.

        What a static type has in an interpreter only that one tells, and the dump has it as roots.
        """
        for address, thing in other.objects.items():
            if thing.type != "type" or thing.refcount < STATIC:
                known = self.objects.setdefault(address, thing)
                if known.generation < thing.generation:
                    self.objects[address] = thing  # It is in a list of the other's collector.
        for name in ("garbage", "gone", "freed", "touched"):
            getattr(self, name).update(getattr(other, name))

    def tracked(self):
        """What was in the lists of the collector."""
        return {address for address, thing in self.objects.items() if thing.generation >= 0}

    def live(self, unseen):
        """What outlives a collection, less what is `unseen`, and everything that this refers to."""
        live = self.tracked() - self.garbage - self.gone - self.freed - unseen
        to_do = list(live)
        while to_do:
            thing = self.objects[to_do.pop()]
            for other in thing.referents + thing.owned:
                if other in self.objects and other not in live:
                    live.add(other)
                    to_do.append(other)
        return live
