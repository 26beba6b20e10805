"""With --fork the program copies itself: it is stopped only briefly, and nothing is left behind.

HEAPSCAN_KILLS is the number of captures to kill.
"""

import os
import pathlib
import random
import signal
import sys
import time
import unittest

from dump_tables import DumpTables
from processes import (
    SUPPORTED,
    Workplace,
    heapscan,
    run_python,
    start_heapscan,
    status_field,
)

TARGET_UNREADABLE = 5
BIG = 1_200_000
KILLS = int(os.environ.get("HEAPSCAN_KILLS", "40"))


def children(pid):
    return [
        child
        for task in os.listdir("/proc/%d/task" % pid)
        for child in pathlib.Path("/proc/%d/task/%s/children" % (pid, task)).read_text().split()
    ]


class CaptureByFork(unittest.TestCase):
    # The way the copy is made does not depend on the version of Python.
    python = SUPPORTED[0]

    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)

    def capture(self, program, *options, name="app.hsd", **more):
        return heapscan("capture", program.pid, "-f", "-o", self.work / name, *options, **more)

    def assert_runs_free(self, program):
        self.assertEqual(status_field(program.pid, "TracerPid"), "0")
        self.assertNotIn(status_field(program.pid, "State")[0], "tT")
        program.ask()  # Once it answers, it has left the call in which a killed heapscan left it.
        self.assertEqual(status_field(program.pid, "SigBlk"), "0" * 16)

    def await_no_children(self, program):
        deadline = time.monotonic() + 20
        while children(program.pid):
            self.assertLess(time.monotonic(), deadline, "a copy of the program stays")
            time.sleep(0.01)

    def await_no_tracer(self, program):
        """The process that watches over the copy stops the program for a moment to reap it."""
        deadline = time.monotonic() + 20
        while status_field(program.pid, "TracerPid") != "0":
            self.assertLess(time.monotonic(), deadline, "the program stays traced")
            time.sleep(0.01)

    def test_the_heap_is_the_same_as_in_an_ordinary_capture(self):
        with run_python(
            self.python, "known_contents.py", self.work / "report", ready="forked"
        ) as program:
            program.expect("reported")
            before = children(program.pid)  # The one that has reported.
            self.capture(program, name="plain.hsd")
            self.capture(program, "--fork")
            self.assertEqual(children(program.pid), before)
            self.assert_runs_free(program)
        plain, forked = (
            DumpTables(self.work / name, self.work / (name + ".db"))
            for name in ("plain.hsd", "app.hsd")
        )
        self.assertEqual(plain.facts, forked.facts)
        self.assertTrue(plain.objects == forked.objects)
        self.assertTrue(plain.references == forked.references)
        self.assertTrue(plain.roots == forked.roots)

    def test_a_program_with_fifty_threads_keeps_running(self):
        with run_python(self.python, "many_threads.py", 50) as program:
            for _ in range(3):
                self.capture(program, "--fork")
                self.assert_runs_free(program)
            self.assertEqual(children(program.pid), [])
            for task in os.listdir("/proc/%d/task" % program.pid):
                self.assertNotIn(status_field(int(task), "State")[0], "tT")

    def test_a_program_that_constantly_allocates_and_collects_keeps_running(self):
        with run_python(self.python, "restless.py", 3) as program:
            for _ in range(20):
                self.capture(program, "--fork")
                heapscan("inspect", self.work / "app.hsd")
                self.assert_runs_free(program)
            self.assertEqual(children(program.pid), [])

    def test_system_calls_of_the_program_continue(self):
        with run_python(self.python, "system_calls.py") as program:
            for _ in range(10):
                self.capture(program, "--fork")
                time.sleep(0.05)
            self.assert_runs_free(program)
            program.process.stdin.close()
            ends = dict(
                line.decode().split(" ", 1) for line in program.process.stdout.readlines()
            )
            program.process.wait()
        for name, end in sorted(ends.items()):
            self.assertGreater(float(end.rsplit(" ", 1)[1]), 2.9, name)
        self.assertEqual(ends["sleeps_in_c"].split()[0], "0")
        self.assertEqual(ends["polls_in_c"].split()[0], "0")
        self.assertEqual(len(ends), 7)

    def test_a_stopped_program_stays_stopped(self):
        with run_python(self.python, "answering.py") as program:
            os.kill(program.pid, signal.SIGSTOP)
            while not status_field(program.pid, "State").startswith("T"):
                time.sleep(0.01)
            self.capture(program, "--fork")
            time.sleep(0.05)
            self.assertTrue(status_field(program.pid, "State").startswith("T"))
            self.assertEqual(children(program.pid), [])
            os.kill(program.pid, signal.SIGCONT)
            self.assert_runs_free(program)

    def test_a_heapscan_killed_at_any_moment_leaves_nothing_behind(self):
        chance = random.Random(13)
        killed = 0
        with run_python(self.python, "big_heap.py", BIG) as program:
            began = time.monotonic()
            self.capture(program, "--fork", name="whole.hsd")
            whole_capture = time.monotonic() - began
            for number in range(KILLS):
                process = start_heapscan(
                    "capture", program.pid, "--fork", "-f", "-o", self.work / "app.hsd"
                )
                # Most are killed while the program is being copied.
                time.sleep(chance.uniform(0, whole_capture if number % 3 == 0 else 0.2))
                process.send_signal(signal.SIGKILL if number % 4 else signal.SIGINT)
                process.communicate()
                killed += process.returncode < 0
                self.await_no_children(program)
                self.await_no_tracer(program)
                self.assert_runs_free(program)
        print("killed %d of %d captures of %.2f s" % (killed, KILLS, whole_capture), file=sys.stderr)
        self.assertGreater(killed, KILLS // 2)

    def test_a_program_under_seccomp_is_rejected(self):
        with run_python(self.python, "under_seccomp.py") as program:
            message = self.capture(program, "--fork", status=TARGET_UNREADABLE).stderr
            self.assertIn("seccomp", message)
            self.assertIn("without --fork", message)
            self.capture(program)
            program.ask()


if __name__ == "__main__":
    unittest.main()
