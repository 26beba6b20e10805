"""The queries of heapscan-sql(1) give the same answers on dumps and on a database into which they were
loaded, whichever program reads the database."""

import json
import re
import shutil
import sqlite3
import subprocess
import unittest

from processes import SOURCES, SUPPORTED, Workplace, heapscan, run_python

FUNCTIONS = re.compile(r"\b(path_to_root|referrers|referents|dominated|retained_by)\(")


def questions():
    """The statements under "Queries", by the words before them."""
    page = (SOURCES / "man" / "heapscan-sql.1").read_text().split(".Ss Queries", 1)[1]
    found = re.findall(r"\.Pp\n([^\n]*):\n\.Bd -literal -offset indent\n(.*?)\.Ed", page, re.DOTALL)
    return {title: sql.replace("\\e", "\\") for title, sql in found}


# In the database, the path of a dump is the path from which it was loaded.
TELLS_PATHS_OF_DUMPS = "The dumps, and the processes they were taken from"

# An interpreter whose dumps record where objects were allocated.
TRACING = next(python for python in SUPPORTED if python.minor >= 9)


def rows(source, sql):
    out = heapscan("sql", *source, sql, "--format", "json").stdout
    return json.loads(out)["rows"]


class SqlQuestions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Workplace()
        samples = SOURCES / "sample-dumps"
        cls.of_samples = {
            "a leak": [samples / "unbounded-cache-1.hsd", samples / "unbounded-cache-3.hsd"],
            "garbage": [samples / "circular-reference.hsd", samples / "finalizer-cycle.hsd"],
            "weak references": [samples / "weak-reference-cure.hsd", samples / "closure-leak.hsd"],
        }
        with run_python(SUPPORTED[0], "answering.py") as program:
            heapscan("capture", program.pid, "-o", cls.place / "program.hsd")
        cls.of_samples["a program"] = [cls.place / "program.hsd"]
        with run_python(TRACING, "traced.py", cls.place / "told", 1) as program:
            heapscan("capture", program.pid, "-o", cls.place / "traced.hsd")
        cls.of_samples["a program that traces"] = [cls.place / "traced.hsd"]
        cls.databases = {}
        for number, (name, dumps) in enumerate(cls.of_samples.items()):
            database = cls.place / ("heap%d.db" % number)
            heapscan("load", *dumps, "-o", database)
            cls.databases[name] = database

    @classmethod
    def tearDownClass(cls):
        cls.place.remove()

    def test_the_manual_has_thirty_queries(self):
        self.assertGreaterEqual(len(questions()), 30)

    def test_dumps_and_the_loaded_database_give_the_same_rows(self):
        with_rows = set()
        for name, dumps in self.of_samples.items():
            for title, sql in questions().items():
                with self.subTest(dumps=name, question=title):
                    of_dumps = rows(dumps, sql)
                    of_database = rows([self.databases[name]], sql)
                    if title == TELLS_PATHS_OF_DUMPS:
                        of_dumps = [row[:1] + row[2:] for row in of_dumps]
                        of_database = [row[:1] + row[2:] for row in of_database]
                    self.assertEqual(of_dumps, of_database)
                    if of_dumps:
                        with_rows.add(title)
        # Comparing empty answers would prove nothing.
        self.assertEqual(set(questions()) - with_rows, set())

    def test_python_gets_the_same_rows_from_the_database(self):
        for name, database in self.databases.items():
            connection = sqlite3.connect("file:%s?mode=ro" % database, uri=True)
            for title, sql in questions().items():
                if FUNCTIONS.search(sql):
                    continue  # Only heapscan has these functions.
                with self.subTest(dumps=name, question=title):
                    answer = [list(row) for row in connection.execute(sql)]
                    self.assertEqual(answer, rows([database], sql))
            connection.close()

    def test_the_shell_of_sqlite_gets_the_same_rows_from_the_database(self):
        shell = shutil.which("sqlite3")
        self.assertIsNotNone(shell, "install sqlite3")
        for name, database in self.databases.items():
            for title, sql in questions().items():
                if FUNCTIONS.search(sql):
                    continue
                with self.subTest(dumps=name, question=title):
                    command = [shell, "-readonly", "-bail", "-json", database, sql]
                    told = subprocess.run(command, capture_output=True, text=True, check=True)
                    answer = json.loads(told.stdout or "[]")
                    self.assertEqual(
                        [list(row.values()) for row in answer], rows([database], sql)
                    )


if __name__ == "__main__":
    unittest.main()
