"""The heap that heapscan reads from a core file is the heap that it reads from the process itself."""

import gzip
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import unittest

from cores import gdb_core, kernel_core, kernel_core_directory
from dump_tables import DumpTables
from processes import SUPPORTED, Workplace, for_each_interpreter, heapscan, run_python

FILE_UNREADABLE = 3
PARTIAL = 4
TARGET_UNREADABLE = 5
USAGE = 2


class CoreTest:
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)

    def capture(self, core, *options, status=0, name="core.hsd"):
        return heapscan(
            "capture", "--core", core, *options, "-f", "-o", self.work / name, status=status
        ).stderr

    def tables(self, name):
        return DumpTables(self.work / name, self.work / (name + ".db"))

    def assert_same_heap(self, live, core):
        # A single differing value would otherwise produce a diff of a million lines.
        self.assertEqual(live.facts["objects"], core.facts["objects"])
        self.assertEqual(live.facts["references"], core.facts["references"])
        self.assertTrue(live.objects == core.objects, "objects differ")
        self.assertTrue(live.references == core.references, "references differ")
        self.assertTrue(live.weak == core.weak, "weak references differ")
        self.assertTrue(live.roots == core.roots, "roots differ")
        for fact in ("runtime", "version", "pid", "complete"):
            self.assertEqual(live.facts[fact], core.facts[fact])

    def assert_same_objects(self, live, core):
        """The same, except for what only stacks reveal: what holds an object."""

        def without_holders(tables):
            return {address: thing._replace(surplus=None) for address, thing in tables.objects.items()}

        self.assertTrue(without_holders(live) == without_holders(core), "objects differ")


class ACoreIsCaptured(CoreTest):
    def test_the_cores_of_a_process_have_the_heap_of_the_process(self):
        directory = kernel_core_directory(self.work.path)
        with run_python(
            self.python,
            "known_contents.py",
            self.work / "report",
            ready="forked",
            cwd=self.work.path,
        ) as program:
            program.expect("reported")
            heapscan("capture", program.pid, "-o", self.work / "live.hsd")
            whole = gdb_core(program, self.work / "gdb.core")
            said = self.capture(self.work / "gdb.core", name="gdb.hsd")
            self.assertIn("core of process %d" % program.pid, said)
            self.assertNotIn("warning", said)
            heapscan("capture", program.pid, "-f", "-o", self.work / "again.hsd")
            kernel = kernel_core(program, directory) if directory else None
        live = self.tables("live.hsd")
        self.assertGreater(len(live.objects), 10_000)
        if whole:
            self.assert_same_heap(live, self.tables("gdb.hsd"))
        else:
            print("gdb's core lacks parts of the stacks of threads", file=sys.stderr)
            self.assert_same_objects(live, self.tables("gdb.hsd"))
        self.assert_same_heap(live, self.tables("again.hsd"))
        if kernel is None:
            print(
                "NOT COMPARED: the kernel's core; core_pattern gives it to another program or "
                "directory: %s" % pathlib.Path("/proc/sys/kernel/core_pattern").read_text(),
                file=sys.stderr,
            )
            return
        said = self.capture(kernel, name="kernel.hsd")
        self.assertNotIn("warning", said)
        self.assert_same_heap(live, self.tables("kernel.hsd"))
        print(
            "the same %d objects and %d references in the process, gdb's core and the kernel's"
            % (live.facts["objects"], live.facts["references"]),
            file=sys.stderr,
        )


def end_of_memory(core):
    """The file offset at which the last segment of a core file ends."""
    (table,) = struct.unpack_from("<Q", core, 32)
    entry_size, count = struct.unpack_from("<HH", core, 54)
    segments = [
        struct.unpack_from("<8x Q 16x Q", core, table + row * entry_size) for row in range(count)
    ]
    return max(offset + size for offset, size in segments)


class ACoreAndItsFiles(CoreTest, unittest.TestCase):
    """Tests that do not depend on the version of Python."""

    python = SUPPORTED[0]

    def test_facts_recorded_in_the_core_are_in_the_dump(self):
        with run_python(self.python, "many_threads.py", 3) as program:
            gdb_core(program, self.work / "gdb.core")
        self.capture(self.work / "gdb.core")
        text = heapscan("inspect", self.work / "core.hsd").stdout
        self.assertIn("process %d" % program.pid, text)
        self.assertIn(self.python.path, text)
        self.assertNotIn("stopped for", text)
        self.assertNotIn("resident", text)

    def test_a_compressed_core_is_read_like_an_uncompressed_one(self):
        with run_python(self.python, "answering.py") as program:
            gdb_core(program, self.work / "gdb.core")
        with open(self.work / "gdb.core", "rb") as plain:
            with gzip.open(self.work / "core.gz", "wb", compresslevel=1) as packed:
                shutil.copyfileobj(plain, packed)
        self.capture(self.work / "gdb.core")
        self.capture(self.work / "core.gz", name="packed.hsd")
        self.assert_same_heap(self.tables("core.hsd"), self.tables("packed.hsd"))
        files = set(self.work.files())
        self.assertEqual({name for name in files if name.startswith(".")}, set())

    def test_files_are_searched_for_in_the_sysroot(self):
        with run_python(self.python, "answering.py") as program:
            gdb_core(program, self.work / "gdb.core")
            mapped = {
                line.split(None, 5)[5]
                for line in pathlib.Path("/proc/%d/maps" % program.pid).read_text().splitlines()
                if ".so" in line or os.path.realpath(self.python.path) in line
            }
        root = self.work / "root"
        for path in mapped:
            place = root / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
        self.capture(self.work / "gdb.core")
        said = self.capture(self.work / "gdb.core", "--sysroot", root, name="sysroot.hsd")
        self.assertNotIn("warning", said)
        self.assert_same_heap(self.tables("core.hsd"), self.tables("sysroot.hsd"))

    def test_a_sysroot_without_the_files_names_each_of_them(self):
        with run_python(self.python, "answering.py") as program:
            gdb_core(program, self.work / "gdb.core")
        (self.work / "empty").mkdir()
        said = self.capture(
            self.work / "gdb.core", "--sysroot", self.work / "empty", status=TARGET_UNREADABLE
        )
        self.assertIn("libc.so.6 (build-id ", said)
        self.assertIn("--sysroot", said)
        self.assertIn("cannot be read", said.strip().splitlines()[-1])

    def test_a_library_of_another_build_is_named_and_not_used(self):
        with run_python(self.python, "answering.py") as program:
            gdb_core(program, self.work / "gdb.core")
            libc = next(
                line.split(None, 5)[5]
                for line in pathlib.Path("/proc/%d/maps" % program.pid).read_text().splitlines()
                if "libc.so.6" in line
            )
        # The sysroot is like this machine, except that the C library is a different file.
        root = self.work / "root"
        place = root / libc.lstrip("/")
        place.parent.mkdir(parents=True)
        for name in ("bin", "usr/bin", "root", "lib64"):
            if os.path.exists("/" + name) and not (root / name).exists():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/true", place)
        said = self.capture(
            self.work / "gdb.core", "--sysroot", root, status=TARGET_UNREADABLE
        )
        line = next(line for line in said.splitlines() if str(place) in line)
        self.assertIn("is not the %s" % libc, line)
        self.assertEqual(line.count("build-id"), 2)

    def test_a_program_other_than_that_of_the_core_is_rejected(self):
        with run_python(self.python, "answering.py") as program:
            gdb_core(program, self.work / "gdb.core")
        said = self.capture(
            self.work / "gdb.core", "--exe", "/bin/true", status=TARGET_UNREADABLE
        )
        self.assertIn("is not the program of the core", said)
        executable = os.path.realpath(self.python.path)
        self.capture(self.work / "gdb.core", "--exe", executable)

    def test_the_number_of_missing_bytes_of_a_truncated_core_is_reported(self):
        directory = kernel_core_directory(self.work.path)
        with run_python(self.python, "answering.py", cwd=self.work.path) as program:
            gdb_core(program, self.work / "gdb.core")
            kernel = kernel_core(program, directory) if directory else None
        for core in filter(None, (self.work / "gdb.core", kernel)):
            whole = core.read_bytes()
            memory_end = end_of_memory(whole)  # After it, a core file has at most the names of its sections.
            chance = random.Random(5)
            sizes = [0, 1, 3, 4, 63, 64, 100, len(whole) - 1]
            sizes += [chance.randrange(len(whole)) for _ in range(20)]
            for size in sizes:
                with self.subTest("%s cut to %d bytes" % (core.name, size)):
                    (self.work / "short").write_bytes(whole[:size])
                    missing = len(whole) - size
                    self.assert_refused_or_partial(
                        self.work / "short", missing, whole=(0,) if size >= memory_end else ()
                    )

    def assert_refused_or_partial(self, core, missing, whole=()):
        """Either an error and no dump, or a dump that is marked as partial.

        `whole` contains 0 if what is missing may not be memory of the program.
        """
        done = heapscan("capture", "--core", core, "-f", "-o", self.work / "x.hsd", status=None)
        self.assertIn(done.returncode, whole + (FILE_UNREADABLE, PARTIAL, TARGET_UNREADABLE))
        self.assertEqual(done.stdout, "")
        last = done.stderr.strip().splitlines()[-1]
        self.assertTrue(last.startswith("heapscan: "), done.stderr)
        self.assertEqual((self.work / "x.hsd").exists(), done.returncode in (0, PARTIAL))
        if done.returncode in (0, PARTIAL):
            (self.work / "x.hsd").unlink()
        if missing and done.returncode != FILE_UNREADABLE:
            self.assertIn("%d bytes are missing" % missing, done.stderr)

    def test_flipped_bytes_never_crash_it(self):
        with run_python(self.python, "answering.py") as program:
            gdb_core(program, self.work / "gdb.core")
        whole = self.work / "gdb.core"
        chance = random.Random(9)
        codes = set()
        for trial in range(40):
            core = bytearray(whole.read_bytes())
            # The headers are only a few bytes, but the most dangerous ones.
            for _ in range(1 + trial % 5):
                place = chance.randrange(2200 if trial % 2 else len(core))
                core[place] ^= 1 << chance.randrange(8)
            (self.work / "flipped").write_bytes(core)
            done = heapscan(
                "capture", "--core", self.work / "flipped", "-f", "-o", self.work / "x.hsd",
                status=None,
            )
            codes.add(done.returncode)
            self.assertIn(done.returncode, (0, FILE_UNREADABLE, PARTIAL, TARGET_UNREADABLE))
        print("exit codes of 40 flipped cores: %s" % sorted(codes), file=sys.stderr)


class AFileThatIsNotACore(CoreTest, unittest.TestCase):
    def refused(self, core, status=FILE_UNREADABLE):
        lines = self.capture(core, status=status).strip().splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertFalse((self.work / "core.hsd").exists())
        return lines[0]

    def test_is_rejected_with_one_line_that_says_what_it_is(self):
        (self.work / "empty").write_bytes(b"")
        (self.work / "text").write_text("no core at all\n")
        with gzip.open(self.work / "text.gz", "wb") as packed:
            packed.write(b"no core at all\n")
        (self.work / "zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(100))
        os.mkfifo(self.work / "fifo")
        self.assertIn("No such file", self.refused(self.work / "missing"))
        self.assertIn("empty", self.refused(self.work / "empty"))
        self.assertIn("not a core", self.refused(self.work / "text"))
        self.assertIn("not a core", self.refused(self.work / "text.gz"))
        self.assertIn("zstd -d", self.refused(self.work / "zst"))
        self.assertIn("pipe", self.refused(self.work / "fifo"))
        self.assertIn("directory", self.refused(self.work.path))
        self.assertIn("program or library", self.refused(os.path.realpath(SUPPORTED[0].path)))

    def test_the_core_of_a_program_other_than_python_is_rejected(self):
        with subprocess.Popen(["sleep", "60"]) as program:
            self.addCleanup(program.kill)
            gdb_core(program, self.work / "gdb.core")
            program.kill()
        self.assertIn("does not contain CPython",
                      self.refused(self.work / "gdb.core", TARGET_UNREADABLE))

    def test_both_a_process_and_a_core_or_neither_is_a_usage_error(self):
        for arguments in (["1", "--core", "x"], [], ["1", "--exe", "x"], ["1", "--sysroot", "/"]):
            with self.subTest(arguments):
                heapscan("capture", *arguments, "-o", self.work / "core.hsd", status=USAGE)


for_each_interpreter(ACoreIsCaptured)

if __name__ == "__main__":
    unittest.main()
