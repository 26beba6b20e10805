"""Fifty runs of a clean program raise no alarm; each of fifty runs of a program that leaks one object
per iteration raises one, which names the leak and nothing else.

The rule is that of the manual page: no holder may grow steadily, by any amount.
"""

import json
import sys
import unittest

from processes import PROGRAMS, SUPPORTED, heapscan

RUNS = 50
RULES = ("--max-holder-growth", "*=0/step", "--max-cycles", "0", "--max-growth", "1%")
LEAK = "module __main__ > ._FORGOTTEN > list[*] > __main__.Leaked"


def gate(program, *arguments, warm_up):
    """The JSON document of a gate for a run of the program, and its exit status."""
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
