"""The avoidable memory that inspect reports is what fixing the program saves, by the interpreter's count.

The program (programs/wasteful.py) has a variable for each kind of waste, builds the smaller form of
it, and reports how many bytes that saves according to sys.getsizeof.
"""

import json
import unittest

from processes import Workplace, for_each_interpreter, heapscan, run_python

KINDS = {
    "NAMES": "duplicate text",
    "SHORT_OF_ALPHABET": "duplicate text",
    "BYTES": "duplicate text",
    "TUPLES": "duplicate tuple",
    "INTS": "list of numbers",
    "FLOATS": "list of numbers",
    "SPARSE": "sparse dict",
    "SPARSE_BY_NUMBER": "sparse dict",
    "GROWN": "spare room",
    "EMPTY_LISTS": "empty container",
    "EMPTY_DICTS": "empty container",
    "EMPTY_SETS": "empty container",
    "EMPTY_DEQUES": "empty container",
    "WITH_DICTS": "instance dict",
    "WATCHED": "instance dict",
}


class WasteIsWhatFixingItSaves:
    @classmethod
    def setUpClass(cls):
        work = Workplace()
        cls.addClassCleanup(work.remove)
        with run_python(cls.python, "wasteful.py", work / "report") as program:
            heapscan("capture", program.pid, "-o", work / "wasteful.hsd")
        cls.report = json.loads((work / "report").read_text())
        out = heapscan("inspect", work / "wasteful.hsd", "--waste", "--format", "json", "-n", 0)
        cls.document = json.loads(out.stdout)
        cls.waste = cls.document["waste"]

    def rows(self, kind, variable, below=""):
        place = "module __main__ > .%s > " % variable
        return [
            row
            for row in self.waste["rows"]
            if row["kind"] == kind and row["signature"].startswith(place + below)
        ]

    def sums(self, rows):
        return {key: sum(row[key] for row in rows) for key in ("objects", "saved")}

    def test_each_figure_equals_what_the_smaller_form_saves(self):
        for variable, kind in KINDS.items():
            with self.subTest(variable=variable):
                rows = self.rows(kind, variable)
                if variable == "TUPLES":  # Tuples within these have rows of their own.
                    rows = [row for row in rows if row["signature"].endswith("list[*] > tuple")]
                self.assertEqual(self.sums(rows), self.report[variable])

    def test_tuples_within_tuples_are_found_to_be_equal_too(self):
        rows = self.rows("duplicate tuple", "TUPLES", "list[*] > tuple[*] > tuple")
        self.assertEqual(self.sums(rows), self.report["TUPLES in TUPLES"])

    def test_an_emptied_dict_wastes_its_table(self):
        rows = self.rows("sparse dict", "EMPTIED")
        self.assertEqual(self.sums(rows), self.report["EMPTIED"])

    def test_for_instances_whose_dict_was_never_accessed_no_more_is_claimed_than_is_known(self):
        found = self.sums(self.rows("instance dict", "WITHOUT_DICTS"))
        minor = int(self.python.version.split(".")[1])
        if minor < 11:  # They have a dict nevertheless.
            self.assertEqual(found, self.report["WITH_DICTS"])
        elif minor < 13:  # At most what would be returned to the allocator.
            most = self.report["WITHOUT_DICTS at most"]
            self.assertEqual(found["objects"], most["objects"])
            self.assertGreater(found["saved"], 0)
            self.assertLessEqual(found["saved"], most["saved"])
        else:
            self.assertEqual(found["objects"], 0)

    def test_nothing_is_found_where_nothing_can_be_saved(self):
        kinds = {"duplicate tuple", "list of numbers", "sparse dict", "instance dict",
                 "empty container"}
        found = [
            row
            for row in self.waste["rows"]
            if row["kind"] in kinds and "module __main__ > .KEPT_" in row["signature"]
        ]
        self.assertEqual(found, [])

    def test_rows_add_up_to_their_kinds_and_kinds_to_the_total(self):
        for kind, total in self.waste["kinds"].items():
            rows = [row for row in self.waste["rows"] if row["kind"] == kind]
            self.assertEqual(self.sums(rows), total, kind)
        totals = self.sums(self.waste["kinds"].values())
        self.assertEqual(totals, {key: self.waste[key] for key in ("objects", "saved")})
        self.assertEqual(len(self.waste["rows"]), self.waste["row_count"])
        self.assertLess(self.waste["saved"], self.document["dump"]["size"])


for_each_interpreter(WasteIsWhatFixingItSaves)

if __name__ == "__main__":
    unittest.main()
