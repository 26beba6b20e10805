"""A process in its own pid and mount namespaces is captured from outside them."""

import os
import pathlib
import subprocess
import sys
import time
import unittest

from dump_tables import DumpTables
from processes import (
    EXECUTABLE,
    PATIENCE,
    PROGRAMS,
    SUPPORTED,
    Program,
    Workplace,
    heapscan,
    status_field,
)

UNSHARE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount", "--mount-proc")


def can_make_namespaces():
    return subprocess.run([*UNSHARE, "true"], capture_output=True, timeout=PATIENCE).returncode == 0


class Container(Program):
    """`pid` is that of the program in the container; unshare waits for it outside."""

    def wait_until_asleep(self):
        children = pathlib.Path("/proc/%d/task/%d/children" % (self.pid, self.pid))
        self.pid = int(children.read_text().split()[0])
        super().wait_until_asleep()

    def kill(self):
        try:
            os.kill(self.pid, 9)
        except ProcessLookupError:
            pass
        super().kill()


class AProcessInAContainerIsCaptured(unittest.TestCase):
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)
        self.inside = self.work / "only-inside"
        self.inside.mkdir()

    def container(self, program, *arguments):
        return Container(
            *UNSHARE, "sh", PROGRAMS / "in_a_container.sh", self.inside,
            os.path.realpath(SUPPORTED[0].path), PROGRAMS / program, *arguments,
        )

    def test_its_interpreter_is_found_and_its_pid_in_the_container_is_reported(self):
        if not can_make_namespaces():
            print("NOT TRIED: this user cannot make namespaces here", file=sys.stderr)
            return
        with self.container("many_threads.py", 3) as program:
            self.assertEqual(os.listdir(self.inside), [], "the interpreter is to be seen from here")
            done = heapscan("capture", program.pid, "-o", self.work / "app.hsd")
            inner = status_field(program.pid, "NSpid").split()[-1]
            self.assertEqual(inner, "1")
            self.assertIn("process %d (1 in its container)" % program.pid, done.stderr)
            program.ask()
            self.assertEqual(status_field(program.pid, "TracerPid"), "0")
        text = heapscan("inspect", self.work / "app.hsd").stdout
        self.assertIn("process %d (1 in its container)" % program.pid, text.splitlines()[0])
        tables = DumpTables(self.work / "app.hsd", self.work / "app.db")
        self.assertGreater(len(tables.objects), 10_000)
        names = {label for roots in tables.roots.values() for _, label in roots}
        self.assertTrue(any("waiter-2" in name for name in names), "threads have their names")

    def test_without_access_to_map_files_its_root_directory_is_used(self):
        """As for a user who may trace, but not follow /proc/PID/map_files, as in most containers."""
        if not can_make_namespaces() or os.geteuid() != 0:
            print("NOT TRIED: only root can give up rights", file=sys.stderr)
            return
        with self.container("answering.py") as program:
            kept = "cap_sys_ptrace,cap_dac_override,cap_dac_read_search,cap_setpcap"
            done = subprocess.run(
                ["setpriv", "--bounding-set", "-all,+" + kept.replace("cap_", "").replace(",", ",+"),
                 EXECUTABLE, "capture", str(program.pid), "-o", str(self.work / "app.hsd")],
                capture_output=True, text=True, timeout=PATIENCE,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            program.ask()


if not SUPPORTED:
    sys.exit("no CPython 3.11 found")

if __name__ == "__main__":
    unittest.main()
