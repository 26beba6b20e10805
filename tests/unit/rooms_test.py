#!/usr/bin/env python3
"""Includes go one way between the rooms of heapscan, and the README lists every room.

A room is a folder with C++ sources. Includes go one way: the graph of the rooms has no cycle, and
each top-level folder includes only those below it. With --list, prints the rooms, the number of
files in each, and the includes between them.
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOUSE = ["cli", "formats", "analysis", "dump"]  # Each may include those after it.
MOST_FILES = 32
LISTED = re.compile(r"^    ([a-z][a-z_/-]*)/ {2,}\S", re.MULTILINE)  # A line of the README's list.
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
    """The includes from one room to another: {(room, other): [text]}."""
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
    """The arrows that remain once rooms without arrows in, or out, are removed, again and again."""
    left = set(edges)
    while True:
        entered = {other for _, other in left}
        kept = {(room, other) for room, other in left
                if room in entered and any(other == next_room for next_room, _ in left)}
        if kept == left:
            return left
        left = kept


class Rooms(unittest.TestCase):
    def test_include_one_another_in_one_direction_only(self):
        edges = arrows(sources())
        circles = in_circles(edges)
        self.assertFalse(circles, "\n".join(text for edge in sorted(circles)
                                            for text in edges[edge]))

    def test_include_only_top_level_folders_below_their_own(self):
        for (room, other), lines in arrows(sources()).items():
            top, other_top = room.split("/")[0], other.split("/")[0]
            self.assertLessEqual(HOUSE.index(top), HOUSE.index(other_top), lines)

    def test_are_small_enough_to_take_in_at_a_glance(self):
        for room, paths in sources().items():
            self.assertLessEqual(len(paths), MOST_FILES, room)

    def test_are_each_listed_in_the_readme_and_nothing_else_is(self):
        listed = LISTED.findall((ROOT / "README.md").read_text())
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(sorted(set(sources()) - set(listed)), [])
        self.assertEqual([room for room in listed if not (ROOT / room).is_dir()], [])


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
