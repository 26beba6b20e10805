"""A capture has the objects of each interpreter of a process, and tells of each what it tells itself.

The program (programs/subinterpreters.py) fills two interpreters; a copy of it asks gc and sys in each.
"""

import collections
import unittest

from capture_agrees_with_the_interpreter_test import CaptureAgreesWithTheInterpreter
from processes import for_each_interpreter


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

    def test_roots_tell_the_interpreter_that_they_are_of(self):
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


class OfAnIdleInterpreterOfItsOwnLock(ObjectsOfAllInterpretersAreCaptured):
    arguments = ("isolated", "idle")
    least_minor = 12


class OfARunningInterpreterOfItsOwnLock(OfARunningInterpreter):
    arguments = ("isolated", "running")
    least_minor = 12


for made in (
    OfAnIdleInterpreter,
    OfARunningInterpreter,
    OfAnIdleInterpreterOfItsOwnLock,
    OfARunningInterpreterOfItsOwnLock,
):
    for_each_interpreter(made)

if __name__ == "__main__":
    unittest.main()
