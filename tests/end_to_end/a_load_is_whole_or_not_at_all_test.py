"""A load that is killed, or that fills the disk, leaves the database as it was."""

import contextlib
import hashlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import time
import unittest

from processes import SOURCES, SUPPORTED, Workplace, heapscan, run_python, start_heapscan

OBJECTS = 100_000
KILLS = 12


@contextlib.contextmanager
def small_disk(place, size):
    """A directory with room for so many bytes, and how a process must be started to have no more.

    Without leave to mount one, it is a limit on the size of files.
    """
    directory = place / "disk"
    directory.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=%d" % size, "none", directory]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0:
        try:
            yield directory, {}
        finally:
            subprocess.run(["umount", directory], check=True)
    else:
        yield directory, limited_to(size)


def limited_to(size):
    """Options for a process whose files cannot grow beyond so many bytes."""
    limits = (size, resource.RLIM_INFINITY)
    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits)}


def contents(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Load(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Workplace()
        cls.first = SOURCES / "sample-dumps" / "unbounded-cache-3.hsd"
        cls.large = cls.place / "large.hsd"
        with run_python(SUPPORTED[-1], "big_heap.py", OBJECTS) as program:
            heapscan("capture", program.pid, "-o", cls.large)
        cls.before = cls.place / "before.db"
        heapscan("load", cls.first, "-o", cls.before)

    @classmethod
    def tearDownClass(cls):
        cls.place.remove()

    def setUp(self):
        self.database = self.place / "heap.db"
        shutil.copy(self.before, self.database)
        self.addCleanup(self.database.unlink, missing_ok=True)

    def check_whole(self, dumps):
        """Read by heapscan first, which must cope with what the killed one left."""
        count = "SELECT count(*) FROM object AS o WHERE o.dump_id = d.id"
        told = heapscan(
            "sql", self.database, "SELECT d.id, d.object_count = (%s) FROM dump AS d" % count,
            "--format", "csv",
        ).stdout.splitlines()[1:]
        self.assertIn(told, [["%d,1" % (row + 1) for row in range(many)] for many in dumps])
        connection = sqlite3.connect(str(self.database))
        with contextlib.closing(connection):
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            self.assertEqual(connection.execute("PRAGMA foreign_key_check").fetchall(), [])
        return len(told)

    def test_killed_at_any_moment_it_has_the_dumps_that_it_had(self):
        began = time.monotonic()
        heapscan("load", self.large, "-o", self.place / "whole.db")
        took = time.monotonic() - began
        chance = random.Random(7)
        for kill in range(KILLS):
            # The last ones while it is being written.
            at = took * (chance.uniform(0, 1) if kill % 2 == 0 else chance.uniform(0.8, 1))
            with self.subTest(killed_after="%.3f of %.3f s" % (at, took)):
                shutil.copy(self.before, self.database)
                process = start_heapscan("load", self.large, "-o", self.database)
                time.sleep(at)
                process.kill()
                process.communicate()
                dumps = self.check_whole(dumps=[1, 2])
                if dumps == 1:
                    heapscan("load", self.large, "-o", self.database)
                    self.check_whole(dumps=[2])

    def test_killed_while_it_makes_the_database_it_can_be_repeated(self):
        self.database.unlink()
        process = start_heapscan("load", self.large, "-o", self.database)
        while not self.database.exists() and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.communicate()
        heapscan("load", self.large, "-o", self.database)
        self.check_whole(dumps=[1])

    def test_killed_with_half_of_it_written_it_is_taken_back_by_the_first_who_reads(self):
        # SQLite keeps what it overwrites in a journal until all is written. A copy of both files
        # while they grow is what a machine that stops leaves.
        connection = sqlite3.connect(str(self.database), isolation_level=None)
        with contextlib.closing(connection):
            connection.execute("PRAGMA cache_size = 2")
            connection.execute("BEGIN")
            connection.execute("UPDATE object SET size = size + 1")
            connection.execute("DELETE FROM root")
            copy = self.place / "cut-off.db"
            shutil.copy(self.database, copy)
            shutil.copy(str(self.database) + "-journal", str(copy) + "-journal")
        self.assertNotEqual(contents(copy), contents(self.before))
        whole = heapscan("inspect", self.first, "--by", "type").stdout
        self.assertEqual(heapscan("inspect", copy, "--by", "type").stdout, whole)
        self.assertEqual(contents(copy), contents(self.before))

    def check_full(self, database, **options):
        told = heapscan("load", self.large, "-o", database, status=3, **options)
        self.assertIn("the database is unchanged", told.stderr)
        self.assertIn(str(database), told.stderr)
        self.assertEqual(contents(database), contents(self.before))
        self.assertEqual([entry.name for entry in database.parent.glob("heap.db*")], ["heap.db"])

    def test_on_a_full_disk_the_database_is_as_it_was(self):
        with small_disk(self.place, 2_000_000) as (directory, options):
            database = directory / "heap.db"
            shutil.copy(self.before, database)
            self.check_full(database, **options)

    def test_beyond_the_limit_of_file_sizes_the_database_is_as_it_was(self):
        self.check_full(self.database, **limited_to(2_000_000))

    def test_on_a_full_disk_it_makes_no_database(self):
        with small_disk(self.place, 2_000_000) as (directory, options):
            heapscan("load", self.large, "-o", directory / "new.db", status=3, **options)
            self.assertEqual(list(directory.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
