"""A load that is killed, or that runs out of disk space, leaves the database unchanged."""

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
    """A directory with the given number of bytes of space, and how to start a process limited to it.

    Without permission to mount one, the size of files is limited instead.
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
    """Options for a process whose files cannot grow beyond the given number of bytes."""
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
        """Read by heapscan first, which must cope with what the killed process left behind."""
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

    def test_killed_at_any_moment_it_leaves_the_dumps_that_were_there(self):
        began = time.monotonic()
        heapscan("load", self.large, "-o", self.place / "whole.db")
        took = time.monotonic() - began
        chance = random.Random(7)
        for kill in range(KILLS):
            # The last ones are killed while the database is being written.
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

    def test_killed_while_it_creates_the_database_it_can_be_repeated(self):
        self.database.unlink()
        process = start_heapscan("load", self.large, "-o", self.database)
        while not self.database.exists() and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.communicate()
        heapscan("load", self.large, "-o", self.database)
        self.check_whole(dumps=[1])

    def test_killed_halfway_through_it_is_rolled_back_by_the_first_reader(self):
        # SQLite keeps what it overwrites in a journal until everything is written. A copy of both
        # files taken while they grow is what a crashing machine leaves behind.
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

    def test_on_a_full_disk_it_leaves_the_database_unchanged(self):
        with small_disk(self.place, 2_000_000) as (directory, options):
            database = directory / "heap.db"
            shutil.copy(self.before, database)
            self.check_full(database, **options)

    def test_beyond_the_file_size_limit_it_leaves_the_database_unchanged(self):
        self.check_full(self.database, **limited_to(2_000_000))

    def test_on_a_full_disk_it_creates_no_database(self):
        with small_disk(self.place, 2_000_000) as (directory, options):
            heapscan("load", self.large, "-o", directory / "new.db", status=3, **options)
            self.assertEqual(list(directory.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
