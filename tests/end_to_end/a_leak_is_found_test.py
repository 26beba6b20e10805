"""From two captures of a leaking program to the line that leaks: inspect, diff, gate, export.

The program is that of the quick start, cli/quickstart_leak.py: a cache that keeps every session,
and a cycle of garbage for every request while the collector is disabled.
"""

import json
import re
import sqlite3
import subprocess
import sys
import unittest

from processes import SOURCES, SUPPORTED, Workplace, heapscan

FIRST, MORE = 2000, 1000  # Requests served before the first capture, and between the two.


class ALeakIsFound(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = Workplace()
        cls.addClassCleanup(cls.work.remove)
        cls.old, cls.new = cls.work / "old.hsd", cls.work / "new.hsd"
        program = subprocess.Popen(
            [SUPPORTED[0].path, SOURCES / "cli" / "quickstart_leak.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        try:
            for requests, dump in ((FIRST, cls.old), (MORE, cls.new)):
                program.stdin.write(b"%d\n" % requests)
                program.stdout.readline()
                heapscan("capture", program.pid, "-o", dump)
        finally:
            program.kill()
            program.communicate()

    def json_of(self, *arguments, status=0):
        document = json.loads(heapscan(*arguments, "--format", "json", status=status).stdout)
        self.assertIn("schema_version", document)
        return document

    def test_inspect_names_the_cache_and_what_it_holds(self):
        text = heapscan("inspect", self.new).stdout
        self.assertIn("_SESSIONS", text)
        self.assertIn("__main__.Session", text)

    def test_inspect_reports_the_garbage_cycles(self):
        text = heapscan("inspect", self.new).stdout
        self.assertRegex(text, r"__main__\.Request")
        self.assertRegex(text, r"__main__\.Response")
        self.assertIn(format(FIRST + MORE, ","), text)

    def test_inspect_of_a_type_shows_what_holds_its_instances(self):
        text = heapscan("inspect", self.new, "--type", "__main__.Session").stdout
        self.assertIn("_SESSIONS", text)
        self.assertIn(format(FIRST + MORE, ","), text)

    def test_inspect_of_an_object_shows_what_holds_it(self):
        listing = json.dumps(self.json_of("inspect", self.new, "--type", "__main__.Session"))
        address = re.search(r'"(0x[0-9a-f]+)"', listing).group(1)
        text = heapscan("inspect", self.new, "--object", address).stdout
        self.assertIn(address, text)

    def test_diff_names_the_growing_type_and_its_holder(self):
        text = heapscan("diff", self.old, self.new).stdout
        self.assertIn("__main__.Session", text)
        self.assertIn("_SESSIONS", text)
        self.assertIn("+" + format(MORE, ","), text)

    def test_the_gate_fails_on_the_leak_and_names_it(self):
        failed = heapscan("gate", self.old, self.new, "--max-growth", "5%", status=1)
        self.assertNotEqual(failed.stdout, "")
        failed = heapscan(
            "gate", self.old, self.new, "--max-type-growth", "__main__.*=0", status=1
        )
        self.assertIn("__main__.Session", failed.stdout)
        heapscan("gate", self.old, self.new, "--max-cycles", "10", status=1)

    def test_the_gate_passes_within_its_limits(self):
        heapscan("gate", self.old, self.new, "--max-growth", "500%")
        heapscan("gate", self.old, self.old, "--max-growth", "0")
        heapscan("gate", self.old, self.new, "--max-cycles", "100000")

    def test_graphviz_can_draw_an_exported_graph(self):
        heapscan(
            "export", self.new, "--type", "__main__.Session", "-o", self.work / "sessions.dot"
        )
        picture = subprocess.run(
            ["dot", "-Tsvg", str(self.work / "sessions.dot")],
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual((picture.returncode, picture.stderr), (0, ""))
        self.assertIn("__main__.Session", picture.stdout)

    def test_every_verb_prints_json(self):
        inspected = self.json_of("inspect", self.new)
        self.assertEqual(inspected["dump"]["version"], SUPPORTED[0].version)
        self.assertTrue(inspected["dump"]["complete"])
        self.json_of("inspect", self.new, "--type", "dict")
        self.json_of("diff", self.old, self.new)
        self.json_of("gate", self.old, self.new, "--max-growth", "5%", status=1)

    def test_results_are_the_same_every_time(self):
        for arguments in (("inspect", self.new), ("diff", self.old, self.new)):
            first = heapscan(*arguments, "--format", "json").stdout
            self.assertEqual(first, heapscan(*arguments, "--format", "json").stdout)

    def test_two_dumps_share_a_database_where_growth_is_a_query(self):
        database = self.work / "heap.db"
        heapscan("load", self.old, self.new, "-o", database)
        connection = sqlite3.connect(database)
        self.addCleanup(connection.close)
        growth = connection.execute(
            "SELECT new_objects - old_objects FROM growth WHERE type = '__main__.Session'"
        ).fetchall()
        self.assertEqual(growth, [(MORE,)])

    def test_a_damaged_dump_is_rejected_with_the_place_of_the_damage(self):
        whole = self.new.read_bytes()
        damaged = self.work / "damaged.hsd"
        damaged.write_bytes(whole[: len(whole) // 2])
        refused = heapscan("inspect", damaged, status=3)
        self.assertIn("damaged.hsd", refused.stderr)
        self.assertEqual(len(refused.stderr.strip().splitlines()), 1, refused.stderr)


if not SUPPORTED:
    sys.exit("no CPython that heapscan supports found")

if __name__ == "__main__":
    unittest.main()
