"""A capture has the objects of each interpreter of a process, and agrees with each of them.

The program (programs/subinterpreters.py) fills two interpreters; a copy of it queries gc and sys in
each.
"""

import collections
import os
import unittest

from capture_agrees_with_the_interpreter_test import CaptureAgreesWithTheInterpreter
from dump_tables import DumpTables
from processes import Workplace, for_each_interpreter, heapscan, run_python


class ObjectsOfAllInterpretersAreCaptured(CaptureAgreesWithTheInterpreter):
    program = "subinterpreters.py"
    blocked = ()

    @classmethod
    def other_reports(cls):
        return () if cls.python.minor < 9 else ("report.other",)

    def test_instances_and_lost_cycles_of_the_other_interpreter_are_counted_exactly(self):
        name = "subinterpreter_contents.OfTheOther"
        found = collections.Counter(
            bool(thing.reachable) for thing in self.dump.objects.values() if thing.type == name
        )
        self.assertEqual(found, {True: 100, False: 50})

    def test_roots_name_the_interpreter_that_they_belong_to(self):
        labels = {label for roots in self.dump.roots.values() for _, label in roots if label}
        self.assertIn("subinterpreter_contents of interpreter 1", labels)
        self.assertIn("sys.modules of interpreter 1", labels)
        self.assertIn("sys.modules", labels)
        self.assertNotIn("subinterpreter_contents", labels)


class OfAnIdleInterpreter(ObjectsOfAllInterpretersAreCaptured):
    arguments = ("legacy", "idle")


class OfARunningInterpreter(ObjectsOfAllInterpretersAreCaptured):
    arguments = ("legacy", "running")
    blocked = (("wait_in_other", "local", "list"), ("of interpreter 1", "held", "list"))


class OfAnIdleInterpreterWithItsOwnLock(ObjectsOfAllInterpretersAreCaptured):
    arguments = ("isolated", "idle")
    least_minor = 12


class OfARunningInterpreterWithItsOwnLock(OfARunningInterpreter):
    arguments = ("isolated", "running")
    least_minor = 12


class InterpretersThatRun:
    """All of them run at once, so that nothing is the same when it is looked at again."""

    kind = "legacy"
    captures = 2

    def test_are_captured_with_what_each_keeps_and_what_each_has_lost(self):
        with Workplace() as work, run_python(self.python, "busy_interpreters.py", self.kind) as program:
            for _ in range(self.captures):
                heapscan("capture", program.pid, "-f", "-o", work / "busy.hsd")
                program.ask()
                dump = DumpTables(work / "busy.hsd", work / "busy.db")
                os.unlink(work / "busy.db")
                self.assert_holds(dump)

    def assert_holds(self, dump):
        name = "subinterpreter_contents.OfTheOther"
        found = collections.Counter(
            bool(thing.reachable) for thing in dump.objects.values() if thing.type == name
        )
        self.assertEqual(found, {True: 200, False: 100})
        labels = {label for roots in dump.roots.values() for _, label in roots if label}
        for number in (1, 2):
            whose = "of interpreter %d" % number
            self.assertIn("subinterpreter_contents " + whose, labels)
            self.assertTrue(any(whose + " work()" in label for label in labels), whose)


class InterpretersWithTheirOwnLocksThatRun(InterpretersThatRun):
    kind = "isolated"
    least_minor = 12


for made in (
    InterpretersThatRun,
    InterpretersWithTheirOwnLocksThatRun,
    OfAnIdleInterpreter,
    OfARunningInterpreter,
    OfAnIdleInterpreterWithItsOwnLock,
    OfARunningInterpreterWithItsOwnLock,
):
    for_each_interpreter(made)

if __name__ == "__main__":
    unittest.main()
