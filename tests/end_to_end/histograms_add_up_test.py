"""Each histogram of a program's heap is correct, and adds up to the header of its dump.

The program is the one that contains one of everything (programs/known_contents.py). A copy of it,
made at the moment of the capture, reports what the figures should be (programs/oracle.py).
"""

import collections
import json
import unittest

from processes import Workplace, for_each_interpreter, heapscan, run_python
from report_file import Report

KEYS = ["type", "module", "package", "size", "generation", "root", "referrers"]


class HistogramsAddUp:
    @classmethod
    def setUpClass(cls):
        cls.work = Workplace()
        cls.addClassCleanup(cls.work.remove)
        with run_python(
            cls.python, "known_contents.py", cls.work / "report", ready="forked"
        ) as program:
            heapscan("capture", program.pid, "-o", cls.work / "known.hsd")
            program.expect("reported")
        cls.report = Report(cls.work / "report")

    def document(self, *arguments):
        out = heapscan("inspect", self.work / "known.hsd", "--format", "json", *arguments).stdout
        return json.loads(out)

    def check_sums(self, document):
        histogram = document["histogram"]
        self.assertEqual(len(histogram["rows"]), histogram["row_count"])
        for key in ("objects", "size"):
            rows = sum(row[key] for row in histogram["rows"])
            self.assertEqual(rows, histogram[key])
            self.assertEqual(rows + histogram["left_out"][key], document["dump"][key])

    def test_the_rows_of_each_key_add_up_to_the_header(self):
        for key in KEYS:
            for more in ([], ["--retained"], ["--filter", "*t*", "--filter", "size<100"]):
                with self.subTest(key=key, more=more):
                    document = self.document("--by", key, "-n", "0", *more)
                    self.check_sums(document)
                    self.assertEqual(document["histogram"]["left_out"]["objects"] > 0, len(more) > 1)

    def test_a_table_with_a_limit_still_adds_up(self):
        for key in KEYS:
            text = heapscan(
                "inspect", self.work / "known.hsd", "--by", key, "-n", "2", "--bytes"
            ).stdout
            rows = [line.split() for line in text.splitlines()[2:]]
            counts = [int(row[0].replace(",", "")) for row in rows]
            sizes = [int(row[1].replace(",", "")) for row in rows]
            self.assertEqual(rows[-1][-1], "total", key)
            self.assertEqual(sum(counts[:-1]), counts[-1], key)
            self.assertEqual(sum(sizes[:-1]), sizes[-1], key)

    def test_every_group_retains_at_least_its_reachable_objects_and_at_most_all_of_them(self):
        reachable = self.document()["reachable"]["size"]
        for key in KEYS:
            for row in self.document("--by", key, "--retained", "-n", "0")["histogram"]["rows"]:
                self.assertLessEqual(row["retained"], reachable)
        rows = self.document("--by", "root", "--retained", "-n", "0")["histogram"]["rows"]
        for row in rows:
            self.assertGreaterEqual(row["retained"], 0 if row["name"] == "unreachable" else row["size"])

    def test_the_generations_have_the_objects_that_the_interpreter_reports(self):
        expected = collections.Counter(
            "generation %d" % thing.generation
            for thing in self.report.objects.values()
            if thing.generation >= 0
        )
        rows = self.document("--by", "generation", "-n", "0")["histogram"]["rows"]
        found = {row["name"]: row["objects"] for row in rows}
        for generation, count in expected.items():
            self.assertEqual(found[generation], count, generation)


for_each_interpreter(HistogramsAddUp)

if __name__ == "__main__":
    unittest.main()
