"""If a program on CPython 3.9 or later traces its allocations, its dump has the site of each."""

import json
import unittest

from processes import Workplace, for_each_interpreter, heapscan, run_python

SAMPLE = 40  # Each look at an object is a run of heapscan.


class AllocationSites:
    def setUp(self):
        self.is_read = self.python.minor >= 9  # CPython 3.8 has its traces in another form of table.
        self.work = Workplace()
        self.addCleanup(self.work.remove)

    def capture(self, *frames):
        with run_python(self.python, "traced.py", self.work / "told", *frames) as program:
            heapscan("capture", program.pid, "-o", self.work / "traced.hsd")
            program.ask()
        return json.loads((self.work / "told").read_text())

    def look(self, address):
        arguments = ("--object", hex(address), "--format", "json")
        return json.loads(heapscan("inspect", self.work / "traced.hsd", *arguments).stdout)["object"]

    def check(self, told):
        step = max(1, len(told) // SAMPLE)
        sample = told[::step] + told[-20:]
        for address, file, line in sample:
            found, site = self.look(address), {"function": None, "file": file, "line": line}
            self.assertEqual(found["allocated_at"], site if self.is_read else None, found["type"])

    def test_each_object_has_the_line_that_tracemalloc_reports(self):
        told = self.capture(1)
        self.assertGreater(len(told), 200)
        self.check(told)

    def test_for_a_deep_traceback_it_is_the_innermost_line(self):
        self.check(self.capture(10))

    def test_a_program_that_does_not_trace_has_no_sites(self):
        self.assertEqual(self.capture(), [])
        program = self.work / "traced.hsd"
        held = json.loads(heapscan("inspect", program, "--format", "json").stdout)["holders"][0]
        self.assertIsNone(self.look(int(held["address"], 16))["allocated_at"])

    def test_it_is_shown_to_people_too(self):
        address, file, line = self.capture(1)[0]
        text = heapscan("inspect", self.work / "traced.hsd", "--object", hex(address)).stdout
        self.assertEqual("traced.py:%d" % line in text, self.is_read)


for_each_interpreter(AllocationSites)

if __name__ == "__main__":
    unittest.main()
