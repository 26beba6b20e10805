"""--salvage reads the intact parts of a damaged dump, and every verb reports what is missing."""

import json
import sqlite3
import struct
import unittest

from processes import Workplace, heapscan

WEAK, ROOT, TARGET = 13, 14, 10
VERBS = [["inspect"], ["inspect", "--suspects"], ["inspect", "--by", "module"], ["inspect", "--waste"]]


def sections(dump):
    """Where the sections lie, by their kind, as heapscan-dump(5) has it: {kind: (offset, size)}."""
    table, _, count = struct.unpack_from("<QQI", dump, len(dump) - 64)
    found = {}
    for at in range(table, table + 64 * count, 64):
        kind, = struct.unpack_from("<I", dump, at)
        found[kind] = struct.unpack_from("<QQ", dump, at + 16)
    return found


def flipped(dump, at):
    return dump[:at] + bytes([dump[at] ^ 0xFF]) + dump[at + 1:]


class Salvage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Workplace()
        for name, scenario in (("old", "closure-leak"), ("whole", "weak-reference-cure")):
            heapscan("demo", scenario, "-o", cls.place / (name + ".hsd"))
        cls.dump = (cls.place / "whole.hsd").read_bytes()

    @classmethod
    def tearDownClass(cls):
        cls.place.remove()

    def damaged(self, kind):
        path = self.place / ("without-%d.hsd" % kind)
        path.write_bytes(flipped(self.dump, sections(self.dump)[kind][0]))
        return path

    def test_a_whole_dump_is_read_as_without_it(self):
        plain = heapscan("inspect", self.place / "whole.hsd", "--format", "json")
        salvaged = heapscan("inspect", self.place / "whole.hsd", "--format", "json", "--salvage")
        self.assertEqual(salvaged.stdout, plain.stdout)
        self.assertEqual(salvaged.stderr, "")

    def test_without_roots_nothing_is_called_garbage(self):
        dump = self.damaged(ROOT)
        refused = heapscan("inspect", dump, status=3)
        self.assertIn("section root is damaged", refused.stderr)
        self.assertIn("--salvage", refused.stderr)

        text = heapscan("inspect", dump, "--salvage", status=4)
        self.assertIn("garbage     unknown", text.stdout)
        self.assertNotIn("Unreachable cycles", text.stdout)
        self.assertIn("roots are lost", text.stdout)
        self.assertIn("roots are lost", text.stderr)
        document = json.loads(
            heapscan("inspect", dump, "--salvage", "--format", "json", status=4).stdout)
        self.assertIsNone(document["garbage"])
        self.assertFalse(document["dump"]["complete"])
        self.assertEqual([row["code"] for row in document["dump"]["diagnostics"]],
                         ["lost-roots", "reachability-unknown"])

        self.assertIn("not available", heapscan("inspect", dump, "--salvage", "--cycles",
                                                status=3).stderr)
        self.assertIn("a comparison: not available",
                      heapscan("diff", self.place / "old.hsd", dump, "--salvage", status=3).stderr)
        self.assertIn("a comparison: not available",
                      heapscan("gate", self.place / "old.hsd", dump, "--salvage", "--max-growth",
                               "1%", status=3).stderr)

    def test_sql_and_a_loaded_database_list_what_is_missing(self):
        dump = self.damaged(ROOT)
        query = "SELECT dump_id, severity, code, offset IS NULL FROM diagnostic ORDER BY id"
        expected = [[1, "data-loss", "lost-roots", 0], [1, "error", "reachability-unknown", 1]]
        out = heapscan("sql", dump, query, "--salvage", "--format", "json", status=4).stdout
        self.assertEqual(json.loads(out)["rows"], expected)
        unreachable = heapscan("sql", dump, "SELECT count(*) FROM object WHERE NOT reachable",
                               "--salvage", "--format", "json", status=4).stdout
        self.assertEqual(json.loads(unreachable)["rows"], [[0]])

        heapscan("load", dump, "-o", self.place / "heap.db", "--salvage", status=4)
        database = sqlite3.connect(self.place / "heap.db")
        self.assertEqual([list(row) for row in database.execute(query)], expected)
        database.close()
        heapscan("inspect", self.place / "heap.db:1", status=3)
        heapscan("inspect", self.place / "heap.db:1", "--salvage", status=4)

    def test_what_does_not_depend_on_the_loss_is_answered(self):
        dump = self.damaged(WEAK)
        diff = heapscan("diff", self.place / "old.hsd", dump, "--salvage", status=4)
        self.assertIn("weak references are lost", diff.stderr)
        whole = heapscan("inspect", self.place / "whole.hsd", "--by", "type").stdout
        self.assertEqual(heapscan("inspect", dump, "--by", "type", "--salvage", status=4).stdout,
                         whole)
        refused = heapscan("export", dump, "--format", "hsd", "--salvage", status=3)
        self.assertIn("a salvaged dump cannot be exported as a whole", refused.stderr)

    def test_without_the_references_nothing_is_salvaged(self):
        refused = heapscan("inspect", self.damaged(TARGET), "--salvage", status=3)
        self.assertIn("section target is lost", refused.stderr)

    def test_a_dump_cut_or_changed_anywhere_is_answered_or_refused(self):
        path = self.place / "damaged.hsd"
        step = max(1, len(self.dump) // 40)
        answered = 0
        for number, at in enumerate(range(4, len(self.dump), step)):
            verb = VERBS[number % len(VERBS)]
            for damaged in (self.dump[:at], flipped(self.dump, at)):
                path.write_bytes(damaged)
                run = heapscan(verb[0], path, *verb[1:], "--salvage", status=None)
                self.assertIn(run.returncode, (0, 3, 4), (at, run.stderr))
                self.assertIn("damaged.hsd", run.stderr or str(path))
                answered += run.returncode == 4
        self.assertGreater(answered, 10)

    def test_the_whole_heap_is_exported(self):
        heapscan("demo", "closure-leak", "-o", self.place / "raw.hsd", "--compression", "none")
        heapscan("export", self.place / "raw.hsd", "-o", self.place / "packed.hsd")
        self.assertEqual((self.place / "packed.hsd").read_bytes(),
                         (self.place / "old.hsd").read_bytes())
        told = heapscan("export", self.place / "raw.hsd", "--format", "hsd", "--type", "dict",
                        status=2)
        self.assertIn("remove --type", told.stderr)
        told = heapscan("export", self.place / "raw.hsd", "--format", "svg", status=2)
        self.assertIn("'svg' is unsupported; supported: dot, hsd", told.stderr)


if __name__ == "__main__":
    unittest.main()
