#!/usr/bin/env python3
"""Includes of heapscan's sources run one way between its rooms.

A room is a folder with C++ sources. That rooms include one another in one direction only means that
their graph has no cycle; each top folder moreover includes only those below it.
Run alone, prints the rooms, how many files each has, and the includes between them.
"""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOUSE = ["cli", "formats", "analysis", "dump"]  # Each may include those behind it.
MOST_FILES = 32
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def sources():
    """The files of each room, by the room's path."""
    rooms = {}
    for top in HOUSE:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".cc", ".h"):
                rooms.setdefault(str(path.parent.relative_to(ROOT)), []).append(path)
    return rooms


def arrows(rooms):
    """Which files of which room include what of another: {(room, other): [text]}."""
    found = {}
    for room, paths in rooms.items():
        for path in paths:
            for included in INCLUDE.findall(path.read_text()):
                other = str(pathlib.PurePosixPath(included).parent)
                if other != room:
                    found.setdefault((room, other), []).append(
                        f"{path.relative_to(ROOT)} includes {included}")
    return found


def in_circles(edges):
    """The arrows left when rooms that nothing enters, or nothing leaves, are taken away."""
    left = set(edges)
    while True:
        entered = {other for _, other in left}
        kept = {(room, other) for room, other in left
                if room in entered and any(other == next_room for next_room, _ in left)}
        if kept == left:
            return left
        left = kept


class Rooms(unittest.TestCase):
    def test_include_one_another_in_one_direction(self):
        edges = arrows(sources())
        circles = in_circles(edges)
        self.assertFalse(circles, "\n".join(text for edge in sorted(circles)
                                            for text in edges[edge]))

    def test_of_a_top_folder_include_only_those_below_it(self):
        for (room, other), lines in arrows(sources()).items():
            top, other_top = room.split("/")[0], other.split("/")[0]
            self.assertLessEqual(HOUSE.index(top), HOUSE.index(other_top), lines)

    def test_stay_small_enough_to_be_taken_in_at_a_glance(self):
        for room, paths in sources().items():
            self.assertLessEqual(len(paths), MOST_FILES, room)


def main():
    rooms = sources()
    for room, paths in rooms.items():
        print(f"{len(paths):4} {room}")
    for (room, other), lines in sorted(arrows(rooms).items()):
        print(f"{room} -> {other}: {len(lines)}")


if __name__ == "__main__":
    if "--list" in sys.argv:
        main()
    else:
        unittest.main()
