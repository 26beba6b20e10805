"""In a control group with less memory than the program uses, the copy goes to a file."""

import os
import pathlib
import sys
import unittest

from processes import SUPPORTED, Workplace, heapscan, run_python

FILE_UNREADABLE = 3
TARGET_UNREADABLE = 5
MIB = 1 << 20
OBJECTS = 1_200_000


class MemoryGroup:
    """A control group for this test, of cgroup version 1 or 2."""

    def __init__(self, limit):
        self.path, files = self._make()
        for name in files:
            (self.path / name).write_text(str(limit))

    @staticmethod
    def _make():
        version1 = pathlib.Path("/sys/fs/cgroup/memory")
        name = "heapscan-test-%d" % os.getpid()
        if (version1 / "memory.limit_in_bytes").exists():
            (version1 / name).mkdir()
            return version1 / name, ["memory.limit_in_bytes"]
        own = pathlib.Path("/proc/self/cgroup").read_text().split("::", 1)[1].split("\n")[0]
        for mount in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
            around = pathlib.Path(mount + own).parent
            control = around / "cgroup.subtree_control"
            if control.exists() and "memory" in control.read_text().split():
                (around / name).mkdir()
                return around / name, ["memory.max", "memory.swap.max"]
        raise OSError("no control group for memory can be made here")

    def enter(self):
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def peak(self):
        for name in ("memory.max_usage_in_bytes", "memory.peak"):
            if (self.path / name).exists():
                return int((self.path / name).read_text())
        return 0

    def remove(self):
        self.path.rmdir()


class CaptureWithLittleMemory(unittest.TestCase):
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)

    def group(self, limit):
        """None if this user cannot create one; the unit tests then have to suffice."""
        try:
            group = MemoryGroup(limit)
        except OSError as problem:
            print("NOT TRIED in a control group: %s" % problem, file=sys.stderr)
            return None
        self.addCleanup(group.remove)
        return group

    def capture(self, program, group, **options):
        return heapscan(
            "capture", program.pid, "-f", "-o", self.work / "app.hsd",
            preexec_fn=group.enter if group else None, **options,
        )

    def test_the_copy_goes_to_a_file_and_the_dump_is_the_same(self):
        with run_python(SUPPORTED[0], "big_heap.py", OBJECTS) as program:
            heapscan("capture", program.pid, "-o", self.work / "free.hsd")
            group = self.group(200 * MIB)
            done = self.capture(program, group, env={**os.environ, "TMPDIR": str(self.work.path)})
            program.ask()
        whole = heapscan("inspect", self.work / "free.hsd").stdout.splitlines()
        limited = heapscan("inspect", self.work / "app.hsd").stdout.splitlines()
        changing = ("  taken", "  resident")
        self.assertEqual(
            [line for line in whole if not line.startswith(changing)],
            [line for line in limited if not line.startswith(changing)],
        )
        self.assertEqual(self.work.files(), ["app.hsd", "free.hsd"])
        if group:
            self.assertIn("goes to a temporary file", done.stderr)
            print("%s(at most %d MiB in the group)" % (done.stderr, group.peak() // MIB), file=sys.stderr)

    def test_without_memory_for_the_graph_it_reports_that_and_is_not_killed(self):
        with run_python(SUPPORTED[0], "big_heap.py", OBJECTS) as program:
            group = self.group(60 * MIB)
            if group:
                message = self.capture(program, group, status=TARGET_UNREADABLE).stderr
                self.assertIn("control group", message)
                self.assertEqual(self.work.files(), [])
            program.ask()

    def test_a_temporary_file_in_memory_is_rejected(self):
        with run_python(SUPPORTED[0], "big_heap.py", OBJECTS) as program:
            group = self.group(200 * MIB)
            if group:
                message = self.capture(
                    program, group, env={**os.environ, "TMPDIR": "/dev/shm"}, status=FILE_UNREADABLE
                ).stderr
                self.assertIn("/dev/shm", message)
                self.assertIn("TMPDIR", message)
            program.ask()


if not SUPPORTED:
    sys.exit("no CPython 3.11 found")

if __name__ == "__main__":
    unittest.main()
