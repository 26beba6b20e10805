#!/usr/bin/env python3
"""The generator of the tables of CPython's versions reads what it writes."""

import pathlib
import sys
import tempfile
import unittest

LAYOUTS = pathlib.Path(__file__).resolve().parents[2] / "dump" / "cpython" / "layouts"
sys.path.insert(0, str(LAYOUTS))

import generate
from measure import Version, lines_of


def changed(values, **fields):
    names = {name.replace("__", "."): number for name, number in fields.items()}
    return values._replace(fields={**values.fields, **names})


def with_published(values, name, number):
    rows = [(place, number if row == name else old, row) for place, old, row in values.published]
    return values._replace(published=rows)


class LayoutTables(unittest.TestCase):
    def setUp(self):
        self.tables = generate.read_tables()
        self.newest = max(self.tables, key=lambda table: table.version)

    def write_and_read(self):
        with tempfile.TemporaryDirectory() as directory:
            for name, text in generate.render_all(self.tables).items():
                pathlib.Path(directory, name).write_text(text)
            return generate.read_tables(pathlib.Path(directory))

    def test_are_written_as_they_were_read(self):
        for name, text in generate.render_all(self.tables).items():
            self.assertEqual((LAYOUTS / name).read_text(), text, name)

    def test_of_patch_releases_are_read_back_with_what_they_do_not_change(self):
        minor = self.newest.version.minor
        first = changed(self.newest.values, collector__garbage=1)
        second = with_published(first, "gc.size", 2)
        generate.add(self.tables, Version(minor, 90), first)
        generate.add(self.tables, Version(minor, 91), second)
        values = {table.version: table.values for table in self.write_and_read()}
        self.assertEqual(values[minor, 90], first)
        self.assertEqual(values[minor, 91], second)
        self.assertEqual(values[self.newest.version], self.newest.values)

    def test_of_a_new_minor_version_begin_anew(self):
        version = Version(self.newest.version.minor + 1, 2)
        table = generate.add(self.tables, version, self.newest.values)
        self.assertEqual(table.version, Version(version.minor, 0))
        self.assertEqual(self.write_and_read()[-1].values, self.newest.values)

    def test_of_releases_with_the_same_numbers_are_one(self):
        version = Version(self.newest.version.minor, 99)
        self.assertIs(generate.add(self.tables, version, self.newest.values), self.newest)

    def test_of_a_release_that_one_was_generated_from_are_generated_anew(self):
        values = changed(self.newest.values, collector__garbage=1)
        self.assertIs(generate.add(self.tables, self.newest.source, values), self.newest)
        self.assertEqual(self.newest.values, values)

    def test_have_the_lines_that_are_for_their_version(self):
        table = "a 8-11 1\na 12+ 2\nb 12 3\nc 9-13.14 4\nlong name 14+ x, y"
        for version, names in (((8, 0), "a1"), ((12, 5), "a2 b3 c4"), ((13, 14), "a2 c4"), ((13, 15), "a2")):
            found = " ".join(name + expression for name, expression in lines_of(table, Version(*version)))
            self.assertEqual(found, names)
        self.assertEqual(lines_of(table, Version(15, 0))[1], ("long name", "x, y"))
        with self.assertRaises(ValueError):
            lines_of("a 8+ 1\na 9+ 2", Version(9, 0))


if __name__ == "__main__":
    unittest.main()
