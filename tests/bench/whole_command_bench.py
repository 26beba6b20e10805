"""Times heapscan's verbs on a running program, as whole commands.

    HEAPSCAN=build/release/cli/heapscan python3 tests/bench/whole_command_bench.py [OBJECTS...]

For each number of objects it starts a program that has so many, captures it and inspects the dump,
several times, and prints medians: the pause that the program saw, wall and processor time, and the
largest memory that heapscan used. The machine's name and load stand above the table, as the figures
are of no use without them.
"""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "end_to_end"))

import processes  # noqa: E402  (found by the line above)

REPEATS = 5


class Run:
    """One run of a command: wall and processor seconds, peak memory in MiB."""

    def __init__(self, *arguments):
        began = time.monotonic()
        process = subprocess.Popen(
            [processes.EXECUTABLE, *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        said = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - began
        self.processor = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if process.returncode != 0:
            sys.exit("heapscan %s: %s" % (" ".join(map(str, arguments)), said))


def header(dump):
    out = processes.heapscan("inspect", dump, "--format", "json", "--limit", 1).stdout
    return json.loads(out)["dump"]


def row(name, runs, more=""):
    median = statistics.median
    print(
        "  %-24s %8.3f s %8.3f s %8.0f MiB  %s"
        % (
            name,
            median(run.wall for run in runs),
            median(run.processor for run in runs),
            median(run.memory for run in runs),
            more,
        )
    )


def measure(objects, directory):
    python = processes.SUPPORTED[0]
    dump = directory / "big.hsd"
    program = processes.PROGRAMS / "big_heap.py"
    captures, pauses = [], []
    with processes.Program(python.path, program, objects) as target:
        for _ in range(REPEATS):
            captures.append(Run("capture", target.pid, "-o", dump, "--force"))
            pauses.append(header(dump)["pause_us"] / 1000)
    inspections = [Run("inspect", dump) for _ in range(REPEATS)]
    facts = header(dump)
    count = facts["objects"]
    print(
        "%s: %d objects, %d references, %.1f MiB resident, %.2f bytes an object on disk"
        % (python, count, facts["references"], facts["rss"] / 2**20, dump.stat().st_size / count)
    )
    wall = statistics.median(run.wall for run in captures)
    row(
        "capture",
        captures,
        "paused %.0f ms (%.0f to %.0f), %.2f M objects/s"
        % (statistics.median(pauses), min(pauses), max(pauses), count / wall / 1e6),
    )
    row("inspect", inspections)


def main():
    counts = [int(text) for text in sys.argv[1:]] or [1_000_000]
    load = os.getloadavg()[0]
    print("%s, %d processors, load %.1f" % (platform.platform(), os.cpu_count(), load))
    print("  %-24s %10s %10s %12s   medians of %d" % ("", "wall", "processor", "memory", REPEATS))
    with tempfile.TemporaryDirectory() as directory:
        for count in counts:
            measure(count, pathlib.Path(directory))


if __name__ == "__main__":
    main()
