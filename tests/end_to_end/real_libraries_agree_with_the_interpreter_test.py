"""Captures of programs that use real libraries: numpy, pandas, SQLAlchemy and Django, as packaged by
Debian. heapscan does not know the layout of all types in their C extensions, so only a share of the
objects must agree; but no live object may be reported as unreachable, without exception.

Needs python3-numpy, python3-pandas, python3-sqlalchemy and python3-django, and installs them if root.
"""

import collections
import os
import shutil
import subprocess
import sys
import unittest

from capture_agrees_with_the_interpreter_test import CaptureAgreesWithTheInterpreter
from documented_differences import MORE_THAN_GC_TELLS_OF_EXTENSIONS, OTHER_SIZE_OF_EXTENSIONS
from mismatches import Mismatches
from processes import SUPPORTED

LIBRARIES = ("numpy", "pandas", "sqlalchemy", "django")


def has(python, library):
    return subprocess.run([python.path, "-c", "import %s" % library], capture_output=True).returncode == 0


def provide(libraries):
    """An interpreter that has all of them. Without one, the test fails, as nothing can be tested."""
    for installed in (False, True):
        for python in SUPPORTED:
            if all(has(python, library) for library in libraries):
                return python
        if not installed:
            print("none of %s has %s" % (", ".join(map(str, SUPPORTED)), ", ".join(libraries)), file=sys.stderr)
            if os.geteuid() == 0 and shutil.which("apt-get"):
                packages = ["python3-" + library for library in libraries]
                subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *packages], check=False)
    sys.exit("CANNOT TEST: install " + " ".join("python3-" + library for library in libraries))


class RealLibraryAgrees(CaptureAgreesWithTheInterpreter):
    program = "real_library.py"
    blocked = ()
    unexplained = 0.01
    known_references = MORE_THAN_GC_TELLS_OF_EXTENSIONS
    other_sizes = OTHER_SIZE_OF_EXTENSIONS
    scanned_references_may_not_count = True

    def test_the_dump_has_every_reference_that_gc_reports(self):
        found = Mismatches("references that gc tells")
        for address in self.common:
            told = self.report.objects[address]
            dumped = collections.Counter(item.target for item in self.dump.references[address])
            found.compared += len(told.referents)
            for target, number in (collections.Counter(told.referents) - dumped).items():
                if not self.is_held_by_another(told.type, target):
                    found.add(
                        "%s -> %s" % (told.type, self.type_of(target)),
                        "%d missing: %s -> %s" % (number, self.text(address), self.text(target)),
                    )
        print("%s: %s" % (self.arguments[0], found.summary()), file=sys.stderr)
        self.assertLess(found.count(), found.compared * 0.001, str(found))


PYTHON = provide(LIBRARIES)
for library in LIBRARIES:
    name = "RealLibraryAgrees_" + library
    globals()[name] = type(
        name, (RealLibraryAgrees, unittest.TestCase), {"python": PYTHON, "arguments": (library,)}
    )

if __name__ == "__main__":
    unittest.main()
