#!/usr/bin/env python3
"""Checks that two builds of heapscan produce the same output, after a change without visible effect.

    python3 tests/support/compare_builds.py OLD-HEAPSCAN NEW-HEAPSCAN [PYTHON...]

Creates heaps (those of `heapscan demo`, and cores of a Python program on each interpreter given), has
both builds read them, and compares their dumps, JSON, CSV and SQL byte for byte, ignoring only what
names the build, the files and the time. Text output is compared too, but differences in it are only
shown, because wording may change. Needs gdb for the cores.
"""

import argparse
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

DEMOS = ["circular-reference", "closure-leak", "finalizer-cycle", "fragmentation", "interning",
         "list-array-generator", "listener-leak", "slots-against-dict", "weak-reference-cure"]

PROGRAM = """
import asyncio, collections, functools, gc, json, logging, re, sys, threading, weakref
gc.disable()
class Session:
    def __init__(self, number):
        self.user = "user %d" % number
        self.items = [number, (number, str(number))]
class Slots:
    __slots__ = ("left", "right")
sessions = {number: Session(number) for number in range(2000)}
table = collections.OrderedDict((Session(n), n) for n in range(50))
queue = collections.deque(range(500))
for number in range(300):
    a, b = Slots(), Slots()
    a.left, b.left, a.right, b.right = b, a, [number], number
@functools.lru_cache(maxsize=None)
def cached(key):
    return [key]
for number in range(400):
    cached(str(number))
def generate():
    local = Session(-1)
    yield local
generator = generate(); next(generator)
weak = weakref.WeakValueDictionary(sessions)
local = threading.local(); local.value = bytearray(5000)
async def task(): await asyncio.sleep(1000)
loop = asyncio.new_event_loop(); tasks = [loop.create_task(task()) for _ in range(20)]
loop.run_until_complete(asyncio.sleep(0))
print("ready", flush=True); sys.stdin.readline()
"""

# Of one dump.
VIEWS = [[], ["--suspects"], ["--cycles"], ["--cycle", "1"], ["--waste"], ["--by", "type"],
         ["--by", "module"], ["--by", "size"], ["--by", "generation"], ["--by", "referrers"],
         ["--by", "root"], ["--by", "type", "--retained"], ["--type", "dict"], ["--type", "str"],
         ["--type", "list", "--tree"]]
# Of two, in the order of time.
COMPARISONS = [["diff"], ["diff", "--by", "type"], ["diff", "--by", "holder"], ["diff", "--by", "cycle"],
               ["diff", "--by", "suspect"], ["diff", "--objects"], ["gate", "--max-growth", "1%"],
               ["gate", "--max-holder-growth", "*=0", "--max-cycles", "0", "--max-new-suspect", "1"]]
QUERIES = ["SELECT * FROM histogram", "SELECT * FROM object ORDER BY id LIMIT 3000",
           "SELECT * FROM reference LIMIT 5000", "SELECT * FROM root", "SELECT * FROM cycle",
           "SELECT * FROM suspect", "SELECT * FROM type", "SELECT * FROM roots_by_kind",
           "SELECT name, sql FROM sqlite_master ORDER BY name"]


class Comparison:
    def __init__(self, old, new, directory):
        self.builds = [old, new]
        self.directory = directory
        self.compared = 0
        self.different = 0
        self.reworded = 0

    def outputs(self, *arguments):
        """What each build prints for the arguments, in which BUILD is replaced by its number."""
        for number, build in enumerate(self.builds):
            words = [build] + [a.replace("BUILD", str(number)) for a in arguments]
            done = subprocess.run(words, cwd=self.directory, capture_output=True, text=True,
                                  env={**os.environ, "COLUMNS": "100"})
            yield f"exit code {done.returncode}\n" + self.neutral(done.stdout, number), done.stderr

    @staticmethod
    def neutral(text, number):
        text = re.sub(rf"\b{number}-(?=[a-z0-9.-]+\.(hsd|db|json))", "", text)
        return re.sub(r'"heapscan": "[^"]*"', '"heapscan": ""', text)

    def exactly(self, what, *arguments):
        (old, _), (new, _) = self.outputs(*arguments)
        self.compared += 1
        if old != new:
            self.different += 1
            self.show(f"DIFFERENT: {what}", old, new)

    def in_words(self, what, *arguments):
        (old, old_errors), (new, new_errors) = self.outputs(*arguments)
        self.compared += 1
        if old + old_errors != new + new_errors:
            self.reworded += 1
            self.show(f"reworded: {what}", old + old_errors, new + new_errors)

    def files(self, what, name):
        old, new = ((self.directory / f"{number}-{name}").read_bytes() for number in (0, 1))
        self.compared += 1
        if old != new:
            self.different += 1
            print(f"DIFFERENT: {what}: {len(old)} and {len(new)} bytes")

    @staticmethod
    def show(title, old, new):
        print(title)
        lines = difflib.unified_diff(old.split("\n"), new.split("\n"), "old", "new", lineterm="", n=0)
        for number, line in enumerate(lines):
            if number == 24:
                print("    ...")
                break
            print("    " + line[:200])


def core_of(python, directory, name):
    program = subprocess.Popen([python, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env={**os.environ, "PYTHONHASHSEED": "0"})
    try:
        assert program.stdout.readline() == b"ready\n"
        done = subprocess.run(["gdb", "--batch", "-nx", "-p", str(program.pid), "-ex",
                               f"generate-core-file {directory / name}"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if not (directory / name).exists():
            sys.exit(f"gdb wrote no core of {python}: {done.stderr}")
    finally:
        program.kill()
        program.wait()


def compare_dump(comparison, dump):
    for view in VIEWS:
        comparison.exactly(f"inspect {dump} {view} as JSON", "inspect", dump, *view, "--format", "json",
                           "-n", "0" if view else "50")
        comparison.in_words(f"inspect {dump} {view}", "inspect", dump, *view)
    for query in QUERIES:
        comparison.exactly(f"sql {dump}: {query}", "sql", dump, query, "--format", "csv")
    comparison.exactly(f"sql {dump} as JSON", "sql", dump, "SELECT * FROM dump", "--format", "json")
    comparison.exactly(f"export {dump}", "export", dump, "--type", "dict", "--depth", "1")
    comparison.exactly(f"gate --write-baseline of {dump}", "gate", "--write-baseline", f"BUILD-{dump}.json",
                       "--force", dump)
    comparison.exactly(f"load {dump}", "load", dump, "-o", f"BUILD-{dump}.db", "--force", "--progress", "never")
    contents = [subprocess.run(["sqlite3", comparison.directory / f"{n}-{dump}.db", ".dump"],
                               capture_output=True, text=True).stdout for n in (0, 1)]
    comparison.compared += 1
    if contents[0] != contents[1]:
        comparison.different += 1
        comparison.show(f"DIFFERENT: the database of {dump}", *contents)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old", type=os.path.abspath)
    parser.add_argument("new", type=os.path.abspath)
    parser.add_argument("pythons", nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        comparison = Comparison(arguments.old, arguments.new, directory)
        dumps = []
        for demo in DEMOS:
            subprocess.run([arguments.old, "demo", demo, "-o", f"{demo}.hsd"], cwd=directory, check=True,
                           capture_output=True)
            dumps += [f"{demo}.hsd"]
        for number, python in enumerate(arguments.pythons):
            core = f"python-{number}.core"
            core_of(python, directory, core)
            comparison.in_words(f"capture of {python}", "capture", "--core", core, "-o", f"BUILD-{number}.hsd")
            comparison.files(f"dump of {python}", f"{number}.hsd")
            os.remove(directory / core)
            os.rename(directory / f"0-{number}.hsd", directory / f"python-{number}.hsd")
            dumps += [f"python-{number}.hsd"]
        for dump in dumps:
            compare_dump(comparison, dump)
        for old, new in zip(dumps, dumps[1:]):
            for words in COMPARISONS:
                comparison.exactly(f"{words} {old} {new} as JSON", words[0], old, new, *words[1:], "--format",
                                   "json", "-n", "0")
                comparison.in_words(f"{words} {old} {new}", words[0], old, new, *words[1:])
    print(json.dumps({"compared": comparison.compared, "different": comparison.different,
                      "reworded": comparison.reworded}))
    sys.exit(comparison.different != 0)


if __name__ == "__main__":
    main()
