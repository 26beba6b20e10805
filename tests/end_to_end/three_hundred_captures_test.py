"""A program that allocates and frees as fast as it can, in several threads, is captured 300 times.

The captures are divided among the interpreters. Each capture yields a consistent dump or is refused,
and the program still answers.
"""

import collections
import json
import sys
import unittest

from processes import (
    SUPPORTED,
    Workplace,
    for_each_interpreter,
    heapscan,
    run_python,
    status_field,
)

# In total, whatever the number of interpreters.
CAPTURES = -(-300 // len(SUPPORTED))
TARGET_UNREADABLE = 5


class ThreeHundredCaptures:
    def test_each_gives_a_consistent_dump_or_a_refusal(self):
        work = Workplace()
        self.addCleanup(work.remove)
        dump = work / "app.hsd"
        outcomes = collections.Counter()
        pauses, objects = [], []
        with run_python(self.python, "restless.py", 4) as program:
            for number in range(CAPTURES):
                done = heapscan("capture", program.pid, "-f", "-o", dump, status=None)
                outcomes[done.returncode] += 1
                self.assertEqual(status_field(program.pid, "TracerPid"), "0")
                self.assertNotIn(status_field(program.pid, "State")[0], "tT")
                if done.returncode == TARGET_UNREADABLE:
                    self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
                    print("capture %d refused: %s" % (number, done.stderr.strip()), file=sys.stderr)
                    continue
                self.assertEqual(done.returncode, 0, done.stderr)
                about = json.loads(heapscan("inspect", dump, "--format", "json").stdout)["dump"]
                self.assertTrue(about["complete"])
                self.assertEqual(about["bad_references"], 0, "capture %d" % number)
                self.assertGreater(about["objects"], 10_000)
                objects.append(about["objects"])
                pauses.append(about["pause_us"] / 1000)
                if number % 10 == 0:
                    program.ask()
            program.ask()
        pauses.sort()
        print(
            "%s: %s; %d to %d objects; stopped for %.1f ms in the middle, %.1f ms at most"
            % (self.python, dict(outcomes), min(objects), max(objects), pauses[len(pauses) // 2], pauses[-1]),
            file=sys.stderr,
        )
        self.assertLessEqual(outcomes[TARGET_UNREADABLE], CAPTURES // 10)


for_each_interpreter(ThreeHundredCaptures)

if __name__ == "__main__":
    unittest.main()
