"""`sh cli/quickstart.sh` shows everything it promises, and leaves no process behind."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from processes import SOURCES


class TheQuickStartWorks(unittest.TestCase):
    def test_it_captures_inspects_compares_draws_and_gates(self):
        with tempfile.TemporaryDirectory() as elsewhere:
            done = subprocess.run(
                ["sh", str(SOURCES / "cli" / "quickstart.sh")],
                cwd=elsewhere,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=850,
            )
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertEqual(os.listdir(elsewhere), [])
        for shown in (
            "$ heapscan capture",
            "$ heapscan inspect after.hsd",
            "$ heapscan export after.hsd",
            "$ heapscan diff before.hsd after.hsd",
            "$ heapscan gate before.hsd after.hsd",
            "exit code 1: the gate found the leak",
            "_SESSIONS",
            "__main__.Session",
        ):
            self.assertIn(shown, done.stdout)
        picture = SOURCES / "build" / "quickstart" / "session.svg"
        self.assertIn("graph of what holds a session: %s" % picture, done.stdout)
        self.assertIn("</svg>", picture.read_text(encoding="utf-8"))
        self.assertEqual(self.leaking_programs(), [])

    @staticmethod
    def leaking_programs():
        left = []
        for command in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(SOURCES / "cli" / "quickstart_leak.py").encode() in command.read_bytes():
                    left.append(command.parent.name)
            except OSError:
                continue  # It exited in the meantime.
        return left


if __name__ == "__main__":
    unittest.main()
