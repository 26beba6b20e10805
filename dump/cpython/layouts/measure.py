"""Evaluates the expressions in fields.py against the headers of an interpreter."""

import collections
import pathlib
import re
import shutil
import subprocess
import tempfile

import fields

_ASK_VERSION = """
import sys, sysconfig
print(".".join(map(str, sys.version_info[:3])))
print(sysconfig.get_path("include"))
"""

_HEADERS = (
    "structmember.h frameobject.h internal/pycore_interp.h internal/pycore_runtime.h"
    " internal/pycore_frame.h internal/pycore_code.h internal/pycore_dict.h internal/pycore_gc.h"
    " internal/pycore_pymem.h internal/pycore_hamt.h internal/pycore_context.h"
    " internal/pycore_moduleobject.h internal/pycore_typeobject.h internal/pycore_tstate.h"
    " internal/pycore_long.h internal/pycore_genobject.h internal/pycore_pystate.h"
).split()

# #line makes the compiler's errors name the expression.
_PROGRAM = """
#define Py_BUILD_CORE 1
#include <Python.h>
#include <stdio.h>
#include <stddef.h>
%s
#define COUNT(type, first, last) ((offsetof(type, last) - offsetof(type, first)) / 8 + 1)
int main(void) {
%s
  return 0;
}
"""

Version = collections.namedtuple("Version", "minor patch")

# The table of a version as values: `fields` is {"group.name": number}, each of the others a list of
# tuples with the members of RootPointers or PublishedNumber (layout.h) in their order.
Values = collections.namedtuple("Values", "fields interpreter_roots thread_roots published")


class Headers:
    """Those of one version, in a directory like /usr/include/python3.11."""

    def __init__(self, version, directory):
        self.version = version
        self.directory = str(directory)

    def __str__(self):
        return "CPython 3.%d.%d (%s)" % (*self.version, self.directory)


def headers_of(python):
    """The headers that belong to the interpreter at this path."""
    asked = subprocess.run([python, "-c", _ASK_VERSION], capture_output=True, text=True, check=True)
    version, directory = asked.stdout.splitlines()
    return Headers(Version(*map(int, version.split(".")[1:])), directory)


def lines_of(table, version):
    """The lines of a list of fields.py that hold for a version: [(name, expression)]."""
    found = []
    for line in table.strip().splitlines():
        match = re.fullmatch(r"(.+?) +(\d+)(\+|(?:-(\d+)(?:\.(\d+))?)?) +(\S.*)", line)
        if line and not match:
            raise ValueError("fields.py: not understood: " + line)
        if not line:
            continue
        name, first, is_open, last, last_patch, expression = match.groups()
        last = int(last or first)
        if int(first) <= version.minor and (
            is_open == "+"
            or version.minor < last
            or version.minor == last and version.patch <= int(last_patch or version.patch)
        ):
            found.append((name, expression))
    names = [name for name, _ in found]
    if len(set(names)) != len(names):
        raise ValueError("fields.py: two lines for one name in 3.%d.%d" % version)
    return found


def evaluate(headers, expressions):
    """The values of C expressions."""
    lines = [
        '#line 1 "%s"\n  printf("%%llu\\n", (unsigned long long)(%s));' % (expression.replace('"', ""), expression)
        for expression in expressions
    ]
    includes = ["#if __has_include(<%s>)\n#include <%s>\n#endif" % (name, name) for name in _HEADERS]
    with tempfile.TemporaryDirectory(prefix="heapscan-layouts-") as directory:
        source, program = pathlib.Path(directory, "offsets.c"), pathlib.Path(directory, "offsets")
        source.write_text(_PROGRAM % ("\n".join(includes), "\n".join(lines)))
        command = [shutil.which("cc") or "gcc", "-w", "-o", program, source]
        for place in ("", "/internal", "/.."):
            command += ["-I", headers.directory + place]
        built = subprocess.run(command, capture_output=True, text=True)
        if built.returncode != 0:
            errors = [line for line in built.stderr.splitlines() if "error:" in line]
            raise ValueError("fields.py: not in the headers of %s:\n  %s" % (headers, "\n  ".join(errors)))
        printed = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return list(map(int, printed.split()))


def _parts(expression):
    """The expressions of a list, split at the commas outside of parentheses."""
    found, depth = [""], 0
    for character in expression:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return [part.strip() for part in found]


def measure(headers):
    """The values that the headers give."""
    version = headers.version
    wanted = {}  # Expressions by kind and name.
    for name, expression in lines_of(fields.FIELDS, version):
        wanted["field", name] = expression
    for kind, table in (("interpreter", fields.INTERPRETER_ROOTS), ("thread", fields.THREAD_ROOTS)):
        for name, expression in lines_of(table, version):
            parts = _parts(expression)
            for place, part in enumerate(parts + ["1", "8"][len(parts) - 1 :]):
                wanted[kind, name, place] = part
    for name, expression in lines_of(fields.PUBLISHED, version):
        wanted["position", name] = "offsetof(_Py_DebugOffsets, %s)" % name
        wanted["number", name] = expression
    told = dict(zip(wanted, evaluate(headers, wanted.values())))

    def roots(kind):
        names = dict.fromkeys(key[1] for key in told if key[0] == kind)
        return [(told[kind, name, 0], name, told[kind, name, 1], told[kind, name, 2]) for name in names]

    numbers = {key[1]: value for key, value in told.items() if key[0] == "field"}
    published = [(told["position", key[1]], told["number", key[1]], key[1]) for key in told if key[0] == "position"]
    return Values(numbers, roots("interpreter"), roots("thread"), sorted(published))
