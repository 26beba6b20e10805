"""heapscan's tables of CPython's structures are what CPython's own headers give.

For each interpreter here that has its headers, the tables (dump/cpython/layouts/) are generated anew
and compared with the committed ones; so are the offsets in dump/cpython/objects that do not depend
on the version.
"""

import re
import shutil
import sys
import unittest

from processes import LAYOUTS, SOURCES, all_interpreters

sys.path.insert(0, str(LAYOUTS))

import fields
import generate
from measure import Headers, Version, evaluate, lines_of, measure

OBJECTS = SOURCES / "dump" / "cpython" / "objects"

# Offsets of no structure that a header declares.
NOT_IN_HEADERS = re.compile(
    "kFlag|kManaged|kDeque|kOrderedDict|kLru|kHamt|kProfiler|kTeeData|kHasTimeZone|kElement|kSizedKeys|kNumpy"
)


class LayoutsAgreeWithTheHeaders(unittest.TestCase):
    maxDiff = None

    def test_the_tables_are_those_that_the_headers_give(self):
        measured = set()
        for headers in HEADERS:
            with self.subTest(str(headers)):
                tables = generate.read_tables()
                table = generate.add(tables, headers.version, measure(headers))
                for name, text in generate.render_all(tables).items():
                    path = LAYOUTS / name
                    self.assertTrue(path.exists(), "%s: run generate.py, which writes %s" % (headers, name))
                    self.assertEqual(path.read_text(), text, "%s: run generate.py" % headers)
                print("%s: agrees with %s" % (headers, table.name), file=sys.stderr)
                measured.add(table.name)
        for table in generate.read_tables():
            if table.name not in measured:
                print("%s: no headers of its version here; it is not measured" % table.name, file=sys.stderr)

    def test_there_is_no_table_but_the_generated_ones(self):
        names = {path.name for path in LAYOUTS.glob("*.h")} - {"layout.h", "facts.h"}
        self.assertEqual(names, set(generate.render_all(generate.read_tables())))

    def test_what_is_taken_to_be_the_same_everywhere_is_that_of_the_headers(self):
        found = {}
        for path in sorted(OBJECTS.rglob("*.h")) + sorted(OBJECTS.rglob("*.cc")):
            for name, number in re.findall(r"constexpr std::uint\d+_t (k\w+) = (0x[0-9A-F]+|\d+);", path.read_text()):
                found.setdefault(name, int(number, 0))
        named = {line.split()[0] for line in fields.OBJECTS.strip().splitlines()}
        self.assertEqual(named - found.keys(), set(), "fields.py: no such constant in %s" % OBJECTS)
        for headers in HEADERS:
            wanted = dict(lines_of(fields.OBJECTS, headers.version))
            told = dict(zip(wanted, evaluate(headers, wanted.values())))
            self.assertEqual({name: found[name] for name in wanted}, told, str(headers))
            print("%s: %d offsets in objects compared" % (headers, len(told)), file=sys.stderr)

    def test_each_offset_in_objects_is_compared_or_known_to_be_in_no_header(self):
        named = {line.split()[0] for line in fields.OBJECTS.strip().splitlines()}
        for path in OBJECTS.rglob("*.h"):
            for block in re.findall(r"^namespace [\w:]*\boffset \{(.*?)^\}", path.read_text(), re.DOTALL | re.MULTILINE):
                for name in re.findall(r"constexpr std::uint\d+_t (k\w+) =", block):
                    if not NOT_IN_HEADERS.match(name):
                        self.assertIn(name, named, "%s: fields.py does not say what it is" % path)


def _with_headers():
    found = {}
    minors = {table.version.minor for table in generate.read_tables()}
    for python in all_interpreters():
        version = Version(*map(int, python.version.split(".")[1:3]))
        if version.minor in minors and python.headers:
            found.setdefault(version, Headers(version, python.headers))
    return list(found.values())


HEADERS = _with_headers()
if not HEADERS:
    sys.exit("no CPython with its headers found: install one (python3-dev)")
if not shutil.which("cc") and not shutil.which("gcc"):
    sys.exit("no C compiler found")

if __name__ == "__main__":
    unittest.main()
