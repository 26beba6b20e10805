"""What cannot be captured is rejected with a single line that says why, and no file."""

import os
import pathlib
import subprocess
import sys
import unittest

import processes
from processes import SUPPORTED, UNSUPPORTED, Program, Workplace, heapscan, run_python

TARGET_UNREADABLE = 5
USAGE = 2


class CaptureRefuses(unittest.TestCase):
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)

    def refused(self, pid, status=TARGET_UNREADABLE, output=None, **options):
        """The single line that heapscan prints, which is all that it leaves behind."""
        output = output or self.work / "app.hsd"
        done = heapscan("capture", pid, "-o", output, status=status, **options)
        lines = done.stderr.strip().splitlines()
        if status == TARGET_UNREADABLE:
            self.assertEqual(len(lines), 1, done.stderr)
        self.assertNotEqual(lines, [])
        self.assertNotIn("terminate called", done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertFalse(os.path.exists(output))
        return done.stderr

    def test_a_process_that_does_not_exist(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        self.assertIn(str(gone.pid), self.refused(gone.pid))

    def test_a_program_that_is_not_python(self):
        with subprocess.Popen(["sleep", "60"]) as program:
            self.addCleanup(program.kill)
            self.assertIn("ython", self.refused(program.pid))
            program.kill()

    def test_a_zombie(self):
        zombie = subprocess.Popen(["true"])
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        self.refused(zombie.pid)
        zombie.wait()

    def test_an_argument_that_is_not_a_pid(self):
        for text in ("abc", "-1", "0", "1.5", "", "99999999999999999999", "12abc"):
            with self.subTest(text):
                done = heapscan("capture", "-o", self.work / "app.hsd", "--", text, status=None)
                self.assertIn(done.returncode, (USAGE, TARGET_UNREADABLE), done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertNotEqual(done.stderr, "")
                self.assertEqual(self.work.files(), [])

    def test_the_first_process_of_the_system(self):
        self.refused(1)

    def test_a_kernel_thread(self):
        kthreadd = pathlib.Path("/proc/2/comm")
        if kthreadd.exists() and kthreadd.read_text() == "kthreadd\n":
            self.refused(2)
        else:
            print("a container: no kernel threads to be seen here", file=sys.stderr)

    def test_heapscan_itself(self):
        # A shell that becomes heapscan by exec, so that the pid is known beforehand.
        done = subprocess.run(
            ["sh", "-c", 'exec "$0" capture $$ -o "$1"', processes.EXECUTABLE, str(self.work / "a")],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertIn(done.returncode, (USAGE, TARGET_UNREADABLE), done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertEqual(self.work.files(), [])

    def test_a_process_of_another_user(self):
        if os.geteuid() != 0:
            self.refused(1)
            return
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        self.work.path.chmod(0o777)
        with run_python(SUPPORTED[0], "answering.py") as program:
            message = self.refused(program.pid, **nobody)
            program.ask()
        self.assertIn("ermi", message)

    def test_a_program_that_a_debugger_is_attached_to(self):
        with run_python(SUPPORTED[0], "answering.py") as program:
            with run_python(SUPPORTED[0], "tracer.py", program.pid) as tracer:
                message = self.refused(program.pid)
                self.assertIn(str(tracer.pid), message)
                tracer.ask()
            program.ask()

    def test_every_other_version_of_python_by_name(self):
        if not UNSUPPORTED:
            print("only supported versions of Python are installed here", file=sys.stderr)
        for python in UNSUPPORTED:
            with self.subTest(str(python)):
                with Program(python.path, processes.PROGRAMS / "answering.py") as program:
                    message = self.refused(program.pid)
                    self.assertIn(".".join(python.version.split(".")[:2]), message)
                    program.ask()
                print("%s refused: %s" % (python, message.strip()), file=sys.stderr)

    def test_unsupported_builds_by_name(self):
        for build, first_minor, words in (
            ("musl", 8, "musl"),
            ("free-threaded", 13, "free-threaded"),
            ("no table", 13, "table"),
            ("other structures", 13, "runtime_state.interpreters_head"),
        ):
            for python in SUPPORTED:
                if python.minor < first_minor:
                    continue
                with self.subTest(build=build, python=str(python)):
                    with run_python(python, "disguised.py", build) as program:
                        message = self.refused(program.pid)
                        self.assertIn(python.version, message)
                        self.assertIn(words, message)
                        program.ask()

    def test_an_output_that_cannot_be_written(self):
        with run_python(SUPPORTED[0], "answering.py") as program:
            for output in ("/no/such/directory/app.hsd", "/proc/app.hsd", str(self.work.path)):
                with self.subTest(output):
                    done = heapscan("capture", program.pid, "-o", output, status=None)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(output.rsplit("/", 1)[0], done.stderr)
                    program.ask()
        self.assertEqual(self.work.files(), [])


if not SUPPORTED:
    sys.exit("no CPython that heapscan supports found")

if __name__ == "__main__":
    unittest.main()
