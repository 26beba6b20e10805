"""heapscan's tables of CPython's structures have the numbers of CPython's own headers.

For each version that has a table (dump/cpython/layouts/) and whose headers are installed with one of
the interpreters here, a C program prints the offsets and sizes that layout_fields.py names; they are
compared with the source of the tables, number by number.
"""

import re
import shutil
import subprocess
import sys
import unittest

import layout_fields
from processes import SOURCES, Workplace, all_interpreters

TABLES = SOURCES / "dump" / "cpython" / "layouts"
OBJECTS = SOURCES / "dump" / "cpython" / "objects"
COMPILER = shutil.which("cc") or shutil.which("gcc")

HEADERS = (
    "structmember.h frameobject.h internal/pycore_interp.h internal/pycore_runtime.h"
    " internal/pycore_frame.h internal/pycore_code.h internal/pycore_dict.h internal/pycore_gc.h"
    " internal/pycore_pymem.h internal/pycore_hamt.h internal/pycore_context.h"
    " internal/pycore_moduleobject.h internal/pycore_typeobject.h internal/pycore_tstate.h"
    " internal/pycore_long.h internal/pycore_genobject.h internal/pycore_pystate.h"
).split()

PROGRAM = """
#define Py_BUILD_CORE 1
#include <Python.h>
#include <stdio.h>
#include <stddef.h>
%s
int main(void) {
%s
  return 0;
}
"""

def expressions(table, minor):
    """The lines of a table of layout_fields that speak of a version: {name: expression}."""
    found = {}
    for line in table.strip().splitlines():
        if line:
            name, first, last, expression = re.fullmatch(r"(.+?)\s+(\d+)-(\d+)\s+(.+)", line).groups()
            if int(first) <= minor <= int(last):
                assert name not in found, "two lines for %s in 3.%d" % (name, minor)
                found[name] = expression
    return found


def parts(expression):
    """The expressions of a list, split at the commas outside of parentheses."""
    found, depth = [""], 0
    for character in expression:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return [part.strip() for part in found]


def fields_of(source):
    """{"group.field": number} of a table, {label: [offset, number, stride]} of its root pointers."""
    fields, roots = {}, {}
    for offset, label, count, stride in re.findall(
        r'\{(\d+), "([^"]+)"(?:, (\d+))?(?:, (\d+))?\}', source
    ):
        roots[label] = [int(offset), int(count or 1), int(stride or 8)]
    for group, members in re.findall(r"\.(\w+) = \{([^{}]*(?:\{\}[^{}]*)*)\}", source):
        for field, number in re.findall(r"\.(\w+) = (\d+)", members):
            fields["%s.%s" % (group, field)] = int(number)
    return fields, roots


def ask_headers(python, wanted):
    """The values of C expressions, {name: expression}, in the headers of an interpreter."""
    lines = ['  printf("%%s\\t%%llu\\n", "%s", (unsigned long long)(%s));' % item for item in wanted.items()]
    includes = ["#if __has_include(<%s>)\n#include <%s>\n#endif" % (name, name) for name in HEADERS]
    with Workplace() as work:
        source, program = work / "offsets.c", work / "offsets"
        source.write_text(PROGRAM % ("\n".join(includes), "\n".join(lines)))
        built = subprocess.run(
            [COMPILER, "-w", "-I", python.headers, "-I", python.headers + "/internal", "-I", python.headers + "/..", "-o", program, source],
            capture_output=True,
            text=True,
        )
        if built.returncode != 0:
            raise AssertionError("%s: the headers lack something:\n%s" % (python, built.stderr[-4000:]))
        told = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return {name: int(value) for name, value in (line.split("\t") for line in told.splitlines())}


class LayoutsAgreeWithTheHeaders(unittest.TestCase):
    maxDiff = None

    def compare(self, python, found, wanted):
        """Fails unless each number found is the value of its expression, or 0 without one."""
        unknown = {name: found[name] for name in found.keys() - wanted.keys() if found[name] != 0}
        self.assertEqual(unknown, {}, "%s: layout_fields.py does not say what these are" % python)
        told = ask_headers(python, wanted)
        self.assertEqual({name: found.get(name, 0) for name in wanted}, told, str(python))
        return len(told)

    def test_every_number_of_a_table_is_that_of_the_headers(self):
        checked = set()
        for python in INTERPRETERS:
            minor = python.minor
            source = table_of(python)
            fields, roots = fields_of(source)
            self.assertGreater(len(fields), 70)
            compared = self.compare(python, fields, expressions(layout_fields.FIELDS, minor))
            wanted, found = {}, {}
            for label, row in roots.items():
                for place, number in enumerate(row):
                    found["%s, %s" % (label, ("offset", "number", "stride")[place])] = number
            for label, expression in expressions(layout_fields.ROOTS, minor).items():
                if label not in roots and any(label in fields_of(other)[1] for other in tables_of(python)):
                    continue  # Builds of the version differ in whether the interpreter counts it.
                for place, part in enumerate((parts(expression) + ["1", "8"][len(parts(expression)) - 1 :])):
                    wanted["%s, %s" % (label, ("offset", "number", "stride")[place])] = part
            # The table that the running build publishes: where each number of it is.
            for position, name in re.findall(r'PublishedNumber\{(\d+), \d+, "([^"]+)"\}', source):
                found[name] = int(position)
                wanted[name] = "offsetof(_Py_DebugOffsets, %s)" % name
            compared += self.compare(python, found, wanted)
            print("%s: %d numbers of its table compared" % (python, compared), file=sys.stderr)
            checked.add(source)
        for table in sorted(TABLES.glob("python_3_*.cc")):
            if table.read_text() not in checked:
                print("%s: no headers of its version here; it is not measured" % table.name, file=sys.stderr)

    def test_what_is_taken_to_be_the_same_everywhere_is_that_of_the_headers(self):
        text = "\n".join(path.read_text() for path in OBJECTS.rglob("*.[ch]*"))
        found = {name: int(number, 0) for name, number in re.findall(r"(k\w+) = (\w+);", text) if number[0].isdigit()}
        for python in INTERPRETERS:
            wanted = expressions(layout_fields.OBJECTS, python.minor)
            compared = self.compare(python, {name: found[name] for name in wanted}, wanted)
            print("%s: %d offsets in objects compared" % (python, compared), file=sys.stderr)


def tables_of(python):
    """The sources of its version's tables: python_3_13.cc, or python_3_14_0.cc and others."""
    return [path.read_text() for path in sorted(TABLES.glob("python_3_%d[._]*cc" % python.minor))]


def table_of(python):
    """The source of the table that heapscan reads it with: the one whose published numbers it has."""
    tables = tables_of(python)
    if len(tables) == 1:
        return tables[0]
    for table in tables:
        published = re.findall(r'PublishedNumber\{\d+, (\d+), "([^"]+)"\}', table)
        wanted = {name: NUMBERS[name] for _, name in published if name in NUMBERS}
        if ask_headers(python, wanted) == {name: int(number) for number, name in published if name in NUMBERS}:
            return table
    raise AssertionError("%s: no table has its sizes" % python)


# Numbers that builds publish and by which tables of one version differ, in C.
NUMBERS = {
    "thread_state.size": "sizeof(PyThreadState)",
    "gc.size": "sizeof(struct _gc_runtime_state)",
}


def _with_headers():
    found = {}
    for python in all_interpreters():
        if tables_of(python) and python.headers:
            found.setdefault(python.version, python)
    return list(found.values())


INTERPRETERS = _with_headers()
if not INTERPRETERS:
    sys.exit("no CPython with its headers found: install one (python3-dev)")
if not COMPILER:
    sys.exit("no C compiler found")

if __name__ == "__main__":
    unittest.main()
