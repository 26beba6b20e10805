"""Fifty runs of a clean program raise no alarm; fifty of one that leaks one object in each of its
repeats raise one each, that names the leak and nothing else.

The rule is the one of the manual page: no holder may grow steadily, by any amount.
"""

import json
import sys
import unittest

from processes import PROGRAMS, SUPPORTED, heapscan

RUNS = 50
RULES = ("--max-holder-growth", "*=0/step", "--max-cycles", "0", "--max-growth", "1%")
LEAK = "module __main__ > ._FORGOTTEN > list[*] > __main__.Leaked"


def gate(program, *arguments, warm_up):
    """The document of a gate on a run of the program, and its exit status."""
    done = heapscan(
        "gate", "--run", "--warm-up", warm_up, *RULES, "--format", "json",
        "--", SUPPORTED[0].path, PROGRAMS / program, *arguments,
        status=None,
    )
    if done.returncode not in (0, 1):
        raise AssertionError("exit status %d: %s" % (done.returncode, done.stderr))
    return json.loads(done.stdout), done.returncode


class TheGateIsNotNoisy(unittest.TestCase):
    def test_a_clean_program_always_passes(self):
        alarms = []
        for seed in range(RUNS):
            document, status = gate("clean_repeats.py", 12, seed, warm_up=5)
            if status != 0:
                alarms.append((seed, [row["text"] for row in document["violations"]]))
        print("clean: %d runs, %d alarms" % (RUNS, len(alarms)), file=sys.stderr)
        self.assertEqual(alarms, [])

    def test_one_object_leaked_in_each_repeat_among_200000_is_always_named(self):
        named = 0
        for run in range(RUNS):
            document, status = gate("leaking_repeats.py", 7, warm_up=2)
            self.assertGreater(document["new"]["objects"], 200_000)
            found = [(row["subject"], row["size_per_step"]) for row in document["violations"]]
            self.assertEqual((status, found), (1, [(LEAK, 64)]), "run %d" % run)
            named += 1
        print("leaking: %d runs, the leak named in %d" % (RUNS, named), file=sys.stderr)


if not SUPPORTED:
    sys.exit("no CPython found that heapscan supports")

if __name__ == "__main__":
    unittest.main()
