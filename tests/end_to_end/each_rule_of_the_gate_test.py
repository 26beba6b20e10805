"""Each rule of the gate, once violated and once satisfied by a Python program that leaks in every way
for which there is a rule."""

import json
import re
import sys
import unittest

from processes import PROGRAMS, SUPPORTED, Workplace, heapscan

ORDERS = "module __main__ > .HISTORY > list[*] > __main__.Order"
OWNERS = "__main__.Owner .pet > __main__.Pet .owner > __main__.Owner"
PLUGS = "__main__.Plug .itself > __main__.Plug"


class EachRuleOfTheGate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = Workplace()
        cls.addClassCleanup(cls.work.remove)
        heapscan("gate", "--run", "--max-growth", "1GiB", "--keep", cls.work.path,
                 "--", SUPPORTED[0].path, PROGRAMS / "every_leak.py")
        cls.dumps = sorted(cls.work.path.glob("*.hsd"))

    def test_the_program_was_captured_at_each_mark(self):
        self.assertEqual(len(self.dumps), 4)

    def broken(self, *rules, options=()):
        """What violates the rules, according to the text output of the gate."""
        done = heapscan("gate", *self.dumps, *rules, *options, "--format", "json", status=None)
        document = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if document["passed"] else 1)
        return {row["subject"]: row for row in document["violations"]}

    def check(self, rule, breaking, kept, subject):
        row = self.broken(rule, breaking)[subject]
        self.assertEqual(row["rule"], "%s %s" % (rule, breaking))
        self.assertEqual(self.broken(rule, kept), {})
        return row

    def test_max_growth(self):
        for breaking, kept in (("500KiB", "2MiB"), ("1%", "100%"), ("100KiB/step", "1MiB/step")):
            row = self.check("--max-growth", breaking, kept, "total")
            self.assertTrue(row["causes"][0].endswith(ORDERS), row["causes"])

    def test_max_type_growth(self):
        for breaking, kept in (("0", "1MiB"), ("0/step", "1MiB/step")):
            self.check("--max-type-growth", "*.Order=" + breaking, "*.Order=" + kept,
                       "__main__.Order")
        self.check("--max-type-growth", "list=0.1%", "list=900%", "list")
        # What did not exist before grew by more than any percentage; orders do not explain owners.
        owner = self.broken("--max-type-growth", "*.Owner=999999%")["__main__.Owner"]
        self.assertEqual(owner["causes"], [])

    def test_max_holder_growth(self):
        for breaking, kept in (("0", "1MiB"), ("600KiB", "700KiB"), ("0/step", "1MiB/step")):
            glob = "module __main__ > .HIST*=%s"
            self.check("--max-holder-growth", glob % breaking, glob % kept, ORDERS)

    def test_max_cycle_growth(self):
        for breaking, kept in (("0", "1MiB"), ("0/step", "1MiB/step")):
            glob = "*Owner*=%s"
            self.check("--max-cycle-growth", glob % breaking, glob % kept, OWNERS)

    def test_max_new_suspect(self):
        for breaking, kept in (("500KiB", "2MiB"), ("1%", "99%")):
            row = self.check("--max-new-suspect", breaking, kept,
                             "module __main__ > .HISTORY > list: __main__.Order")
            self.assertRegex(row["text"], r": \d+\.\d KiB in 600 objects, \d+\.\d% of the heap$")

    def test_max_retained(self):
        for breaking, kept in (("500KiB", "2MiB"), ("1%", "99%")):
            row = self.check("--max-retained", "*.Order=" + breaking, "*.Order=" + kept,
                             "__main__.Order")
            self.assertIn("retained by 600 objects", row["text"])

    def test_max_cycles(self):
        row = self.check("--max-cycles", "74", "75", "unreachable cycles")
        self.assertEqual(row["new_value"], 75)
        self.assertEqual([re.sub(", .*", "", text) for text in row["causes"]],
                         ["60 cycles: " + OWNERS, "15 cycles: " + PLUGS])

    def test_max_cycle_size(self):
        self.check("--max-cycle-size", "1KiB", "1MiB", "unreachable cycles")
        self.check("--max-cycle-size", "0.01%", "50%", "unreachable cycles")

    def test_max_unexplained(self):
        # Even a bare interpreter has some: static types, references on C stacks.
        usual = json.loads(heapscan("gate", self.dumps[0], self.dumps[0], "--max-growth", "0",
                                    "--format", "json").stdout)["new"]["unexplained"]
        row = self.check("--max-unexplained", "0.01%", "5%", "unexplained counts")
        self.assertEqual(row["new_value"], usual + 90)
        objects = json.loads(heapscan("inspect", self.dumps[-1], "--format", "json").stdout)
        allowed = 100 * (usual + 45) / objects["dump"]["objects"]
        self.assertIn("unexplained counts", self.broken("--max-unexplained", "%.4f%%" % allowed))

    def test_suppressed_cycles_are_not_named_as_causes_of_the_others(self):
        known = self.work / "known.txt"
        known.write_text("leak:%s\n" % OWNERS)
        row = self.broken("--max-cycles", "0", options=("--suppressions", known))[
            "unreachable cycles"]
        self.assertEqual(row["new_value"], 15)
        self.assertEqual([re.sub(", .*", "", text) for text in row["causes"]],
                         ["15 cycles: " + PLUGS])


if not SUPPORTED:
    sys.exit("no CPython found that heapscan supports")

if __name__ == "__main__":
    unittest.main()
