#!/usr/bin/env python3
"""The versions of CPython that the texts and scripts name are those that there are tables of."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYOUTS = ROOT / "dump" / "cpython" / "layouts"
RANGE = re.compile(r"CPython\s+3\.(\d+)\s+to\s+3\.(\d+)")


def supported():
    """The minor versions of CPython 3, oldest first."""
    names = (re.fullmatch(r"python_3_(\d+)", path.stem) for path in LAYOUTS.glob("python_3_*.h"))
    return sorted(int(name.group(1)) for name in names if name)


class SupportedVersions(unittest.TestCase):
    def assert_range(self, found, where):
        self.assertEqual(tuple(map(int, found)), (supported()[0], supported()[-1]), where)

    def test_have_no_gap(self):
        self.assertEqual(supported(), list(range(supported()[0], supported()[-1] + 1)))

    def test_are_those_of_the_readme_and_the_manual(self):
        texts = [ROOT / "README.md", ROOT / "man" / "heapscan-capture.1"]
        for path in texts + sorted((ROOT / "man").glob("*.[15]")):
            ranges = RANGE.findall(path.read_text())
            if path in texts:
                self.assertNotEqual(ranges, [], path)
            for found in ranges:
                self.assert_range(found, path)

    def test_are_written_out_in_no_script(self):
        for path in [*ROOT.glob("cli/*.sh"), *ROOT.glob("tests/*.sh"), *ROOT.glob("tests/end_to_end/*.py")]:
            self.assertEqual(RANGE.findall(path.read_text()), [], path)

    def test_are_those_of_the_scripts(self):
        script = '. "$root/cli/setup.sh"; supported_minors'
        told = subprocess.run(
            ["sh", "-eu", "-c", script], env={"root": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
        )
        self.assertEqual(list(map(int, told.stdout.split())), supported(), told.stderr)

    def test_are_those_whose_sizes_the_analysis_of_waste_knows(self):
        texts = [path.read_text() for path in (ROOT / "analysis").rglob("*.cc")]
        bounds = [re.findall(r"\bunsigned k(?:Oldest|Newest) = (\d+);", text) for text in texts]
        bounds = [found for found in bounds if found]
        self.assertNotEqual(bounds, [])
        for found in bounds:
            self.assert_range(found, "analysis")


if __name__ == "__main__":
    unittest.main()
